"""What a preview found, as a page says it: counts first, then what would change, with the way to each matter."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console import wording
from console.effects import SHOWN, Found, Progress, Stage
from console.office import ConsoleOffice
from huiying.clock import moment_words
from huiying.concern import Concern
from huiying.level import Level
from huiying.moments import read_moment
from huiying.register.register import Transaction

_CHANGES = {"only-proposed": "新增", "only-present": "不再有", "changed": "有变"}
_KINDS = {"alert": "预警", "task": "任务", "post": "帖文判断"}
_NAMES = {
    "level": "最高级别",
    "bureau": "责任单位",
    "duties": "职责事项",
    "at": "时间",
    "state": "发出方式",
    "relevant": "是否相关",
    "kind": "诉求类别",
    "urgency": "紧急程度",
}
_STATES = {"waiting": "等人发出"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many alerts, tasks or posts would change, and how."""

    words: str
    many: int
    parts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One row: what of one matter, or of one post, would be otherwise."""

    change: str
    when: str
    number: str
    title: str
    link: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The changes of one kind; `cut` says how many more there are."""

    title: str
    rows: tuple[Change, ...]
    cut: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectView:
    """The preview: how far it is, and what it found. `fits` says that it is of what is proposed now."""

    stage: str
    words: str
    percent: int
    period: str
    fits: bool
    counts: tuple[Count, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """What rows are made with; `sees` whether matters are open to whoever looks."""

    tx: Transaction
    office: ConsoleOffice
    now: datetime
    sees: bool


def view_effect(reader: Reader, progress: Progress, found: Found | None, digest: str) -> EffectView:
    """The preview of a visit."""
    running = progress.stage is Stage.RUNNING
    percent = 100 * progress.done // progress.of if progress.of else 0
    far = f"已算 {progress.done} / {progress.of} 条" if progress.of else "正在取这段时间的帖文"
    done = found if progress.stage is Stage.DONE else None
    return EffectView(
        stage=progress.stage.value,
        words=far if running else progress.words,
        percent=percent,
        period=f"{moment_words(progress.since)} 至 {moment_words(progress.until)}",
        fits=progress.proposal == digest,
        counts=tuple(_count(kind, done) for kind in _KINDS) if done else (),
        tables=tuple(_table(reader, kind, done) for kind in _KINDS if done.lines[kind]) if done else (),
        notes=_notes(progress, reader) if done else (),
    )


def _count(kind: str, found: Found) -> Count:
    many = {change: found.counts.get(f"{kind}:{change}", 0) for change in _CHANGES}
    changed = {words: found.changed.get(f"{kind}:{name}", 0) for name, words in _NAMES.items()}
    names = "，".join(f"{words} {times}" for words, times in changed.items() if times)
    if kind == "post":
        return Count(words=_KINDS[kind], many=many["changed"], parts=names)
    parts = [f"{words} {many[change]}" for change, words in _CHANGES.items() if many[change]]
    return Count(
        words=_KINDS[kind], many=sum(many.values()), parts="，".join(parts) + (f"（{names}）" if names else "")
    )


def _table(reader: Reader, kind: str, found: Found) -> Table:
    lines, every = found.lines[kind], sum(n for name, n in found.counts.items() if name.startswith(f"{kind}:"))
    rows = _posts(reader, lines) if kind == "post" else _matters(reader, lines)
    return Table(title=_KINDS[kind], rows=tuple(rows), cut=max(0, every - SHOWN))


def _notes(progress: Progress, reader: Reader) -> tuple[str, ...]:
    notes = [
        f"逐条算过这段时间收到的 {progress.of} 条帖文，没有抽样。",
        "两边都从空的台账开始：期初以前的事项、人工更正、合并拆分都不计，数字可能与值班台不同，看的是差别。",
    ]
    if progress.lacking:
        notes.insert(1, f"另有 {progress.lacking} 条当时收到的帖文已删除（保存期满或应本人请求），不在其中。")
    if not reader.sees:
        notes.append("您的角色不看舆情事项，只列编号；标题和帖文请由值班员看。")
    return tuple(notes)


def _matters(reader: Reader, lines: Iterable[Mapping[str, Any]]) -> Iterable[Change]:
    lines = list(lines)
    concerns = _concerns(reader.tx, [_told(line)["posts"] for line in lines])
    for line in lines:
        told = _told(line)
        concern = concerns.get(str(told["posts"][0])) if told["posts"] else None
        yield Change(
            change=_change(line),
            when=_when(told["at"], reader.now),
            number=concern.number if concern else "",
            title=concern.title if concern and reader.sees else "",
            link=f"/concerns/{concern.id}" if concern and reader.sees else "",
            before=_matter(reader, line["present"], line["changed"]),
            after=_matter(reader, line["proposed"], line["changed"]),
        )


def _told(line: Mapping[str, Any]) -> Mapping[str, Any]:
    told: Mapping[str, Any] = line["proposed"] or line["present"]
    return told


def _concerns(tx: Transaction, posts: Iterable[list[object]]) -> dict[str, Concern]:
    """The office's own concern of each first post, as it stands today."""
    fates = tx.posts.fates(str(of_one[0]) for of_one in posts if of_one)
    found = tx.concerns.get(fate.concern for fate in fates.values() if fate.concern)
    return {id: found[fate.concern] for id, fate in fates.items() if fate.concern in found}


def _matter(reader: Reader, side: Mapping[str, Any] | None, changed: list[str]) -> str:
    if side is None:
        return "无"
    told = {
        "level": wording.level_in_list(Level(side.get("highest", side["level"]))),
        "bureau": reader.office.bureau(side["short"]),
        "duties": _duties(reader.office, side.get("duties", ())),
        "at": f"{_when(side['at'], reader.now)} 起",
        "state": _STATES.get(side.get("state", ""), "自动发出") if side["kind"] == "task" else "",
    }
    return "，".join(told[name] for name in changed or ("level", "bureau"))


def _posts(reader: Reader, lines: Iterable[Mapping[str, Any]]) -> Iterable[Change]:
    for line in lines:
        yield Change(
            change="、".join(_NAMES[name] for name in line["changed"]),
            when="",
            number=str(line["post"]),
            title="",
            link=f"/posts/{line['post']}/why" if reader.sees else "",
            before=_post(reader.office, line["present"], line["changed"]),
            after=_post(reader.office, line["proposed"], line["changed"]),
        )


def _post(office: ConsoleOffice, side: Mapping[str, Any], changed: list[str]) -> str:
    told: Mapping[str, Callable[[], str]] = {
        "relevant": lambda: "相关" if side["relevant"] else "不相关",
        "bureau": lambda: office.bureau(side["bureau"]),
        "duties": lambda: _duties(office, side["duties"]),
        "kind": lambda: side["kind"],
        "urgency": lambda: f"{side['urgency']} 级",
    }
    return "，".join(told[name]() for name in changed)


def _duties(office: ConsoleOffice, numbers: Iterable[int]) -> str:
    titles = {duty.number: duty.title for duty in office.policy.duties}
    return "、".join(f"{number} {titles.get(number, '')}" for number in numbers) or "无职责事项"


def _change(line: Mapping[str, Any]) -> str:
    names = "、".join(_NAMES[name] for name in line["changed"])
    return f"{names}有变" if names else _CHANGES[line["change"]]


def _when(written: str, now: datetime) -> str:
    moment = read_moment(written, now)
    return wording.when(moment, now) if moment else ""
