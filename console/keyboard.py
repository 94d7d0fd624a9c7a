"""The keys of every page of the frame, in one list: the dialog of `?` and the line at the foot are made from it.

What a key does is not said here: it presses whatever bears it in `data-key` (`static/keys.js`), or is bound by the
page's own script. Single letters are off inside fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One key: what stands on it, what it does, and, where it only leads somewhere, where to."""

    press: tuple[str, ...]
    does: str
    foot: str = ""
    """How the line at the foot of the page says it; empty where it does not."""
    href: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyboard:
    """The keys that work on one page: its own, and those of every page."""

    own: tuple[Key, ...]
    everywhere: tuple[Key, ...]

    @property
    def foot(self) -> tuple[Key, ...]:
        """Those in the line at the foot."""
        return tuple(key for key in self.own if key.foot)


_EVERYWHERE = (
    Key(press=("/",), does="检索事项、帖文"),
    Key(press=("?",), does="全部快捷键"),
    Key(press=("Ctrl ↵",), does="办理正在填写的表单"),
    Key(press=("Esc",), does="收起，位置不变"),
)

_SHIFT = (
    Key(press=("R",), does="手工登记", href="/register"),
    Key(press=("T",), does="电话记录", href="/log#call"),
    Key(press=("L",), does="值班日志、交接", href="/log"),
)

_MATTER = (
    Key(press=("U",), does="催办"),
    Key(press=("M",), does="并入另一事项"),
    Key(press=("P",), does="拆分"),
    Key(press=("V",), does="依据：留存的帖文"),
    Key(press=("G",), does="办理全程记录"),
)

_QUEUE = (
    Key(press=("J", "↓"), does="下一项", foot="下"),
    Key(press=("K", "↑"), does="上一项", foot="上"),
    Key(press=("↵",), does="打开事项", foot="打开"),
    Key(press=("N",), does="显示新到", foot="看新到"),
    Key(press=("空格",), does="勾选，成批办理", foot="多选"),
    Key(press=("Esc",), does="收起、清除勾选，位置不变"),
    Key(press=("C",), does="认领", foot="认领"),
    Key(press=("A",), does="知悉，停止后续提醒"),
    Key(press=("D",), does="交办，或指定单位", foot="交办"),
    Key(press=("S",), does="静默，写明期限和理由", foot="静默"),
    Key(press=("X",), does="非预警，写明理由", foot="非预警"),
    Key(press=("F",), does="筛选", foot="筛选"),
    *_MATTER,
    *_SHIFT,
)

_CONCERN = (
    Key(press=("Esc",), does="回值班台，位置不变", foot="回值班台"),
    Key(press=("N",), does="更新本页", foot="更新"),
    Key(press=("A", "C"), does="知悉、认领"),
    Key(press=("D",), does="交办"),
    Key(press=("W",), does="为什么这样判断"),
    *_MATTER,
    *_SHIFT,
)

_DESK = (
    Key(press=("B",), does="全选签收", foot="全选签收"),
    Key(press=("E",), does="申请延期", foot="申请延期"),
    Key(press=("D",), does="转下属单位", foot="转下属单位"),
    Key(press=("P",), does="打印交办单", foot="打印交办单"),
    Key(press=("G",), does="看、打印办理全程记录", foot="全程记录"),
    Key(press=("Ctrl ↵",), does="送签字", foot="送签字"),
)

_PAGES: Mapping[str, tuple[Key, ...]] = {
    "queue.html": _QUEUE,
    "concern.html": _CONCERN,
    "desk.html": _DESK,
    "tasks.html": (Key(press=("U",), does="催办展开的任务"),),
    "review.html": (Key(press=("P",), does="打印审查单"),),
    "posts.html": (Key(press=("/",), does="改检索词", foot="检索"),),
}


def keys_of(template: str) -> Keyboard:
    """The keys of the page that this template prints; what a page has of its own goes before what every page has."""
    own = _PAGES.get(template, ())
    taken = {press for key in own for press in key.press}
    return Keyboard(own=own, everywhere=tuple(key for key in _EVERYWHERE if not taken & set(key.press)))
