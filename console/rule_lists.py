"""The word lists and numbers of `config/` that may be changed by form: where each stands, and what people call it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huiying.policy.word_editing import Place, at, tree_of

DUTIES, BUREAUS, URGENCY, KINDS = "duties.yaml", "bureaus.yaml", "lexicon/urgency.yaml", "lexicon/kinds.yaml"
HEAT = "heat.yaml"
WORD_FILES = {DUTIES: "职责事项", BUREAUS: "责任单位", URGENCY: "紧急程度", KINDS: "诉求类别"}
"""What is judged by the words of each file."""

_URGENCIES = {"level3": "3 级　危及生命", "level2": "2 级　涉及多人", "level1": "1 级　一般"}
_PARTS = {"words": "指向它的词", "not_words": "出现时减去分量的词"}

HEAT_PARTS = {
    "sensitivity": "灵敏度",
    "sensitivities": "灵敏度系数，乘在各级别的分数线上",
    "levels": "各级别的分数线",
    "hysteresis": "级别下降：停留满多少分钟，低于分数线多少分",
    "announce_seconds": "同一预警的热度数字至少隔多少秒更新",
    "volume": "本轮累计条数",
    "pace": "近1小时条数",
    "growth": "近1小时是前24小时均值的几倍",
    "duty_growth": "所涉职责近24小时是此前日均的几倍",
    "breadth": "几类信源",
    "attention": "关注度",
    "engagement": "转评赞合计",
    "danger": "提到人身危险的条数",
    "affects_many": "影响多人的条数",
    "duty": "涉及的职责事项",
    "dispatch": "交办：牵头单位把握度达到多少自动发出",
    "source_trouble": "信源故障",
}
_LEAVES = {
    "at": "达到",
    "points": "得分",
    "minutes": "分钟",
    "quiet_days": "无新帖天数",
    "quiet_factor": "之后得分乘",
    "at_least": "至少几条才比较",
    "floor": "均值下限",
    "days": "此前天数",
    "known_days": "至少有记录的天数",
    "concern_posts": "事项至少几条",
    "min_share": "占比至少",
    "elsewhere_from": "别处至少几条",
    "min_score": "平均把握度至少",
    "certainty": "把握度",
    "failures_in_a_row": "连续失败几次",
    "red": "红",
    "orange": "橙",
    "yellow": "黄",
    "blue": "蓝",
    "low": "少报",
    "normal": "一般",
    "high": "多报",
}
_NOT_ASKED = frozenset({"number"})


@dataclass(frozen=True, kw_only=True, slots=True)
class WordList:
    """One list: the words of a duty, of a bureau, of a level of urgency, of a kind, or those against it."""

    subject: str
    part: str
    title: str
    file: str
    place: Place
    rows: Mapping[float, tuple[str, ...]]

    @property
    def id(self) -> str:
        """By which a form names it."""
        return f"{self.subject}:{self.part}"

    @property
    def part_words(self) -> str:
        """What its words are for."""
        return _PARTS[self.part]


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """One value of `heat.yaml`; `choices` where it is no number."""

    place: Place
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The name of its field."""
        return ".".join(map(str, self.place))


def lists_of(file: str, text: str) -> Iterator[WordList]:
    """Every word list of a file, in its order."""
    tree = tree_of(text)
    if file in (URGENCY, KINDS):
        for value, rows in tree["lists"].items():
            title = _URGENCIES.get(value, value)
            yield _list(f"{file}:{value}", "words", title, file, ("lists", value), rows)
        return
    key = "duties" if file == DUTIES else "bureaus"
    for place, entry in enumerate(tree[key]):
        own = entry["number"] if file == DUTIES else entry["id"]
        title = f"{entry['number']}　{entry['title']}" if file == DUTIES else entry["name"]
        for part in _PARTS:
            if entry.get(part):
                yield _list(f"{file}:{own}", part, title, file, (key, place, part), entry[part])


def _list(subject: str, part: str, title: str, file: str, place: Place, rows: Mapping[Any, Any]) -> WordList:
    sorted_rows = {float(weight): tuple(map(str, rows[weight])) for weight in sorted(rows, reverse=True)}
    return WordList(subject=subject, part=part, title=title, file=file, place=place, rows=sorted_rows)


def numbers_of(text: str) -> dict[str, list[Number]]:
    """The values of `heat.yaml` by the part that they belong to."""
    tree = tree_of(text)
    found = {part: list(_numbers((part,), tree[part])) for part in tree if part in HEAT_PARTS}
    return {part: numbers for part, numbers in found.items() if numbers}


def _numbers(place: Place, node: Any) -> Iterator[Number]:
    if place == ("sensitivity",):
        choices = tuple((value, _LEAVES[value]) for value in ("low", "normal", "high"))
        yield Number(place=place, label="", value=str(node), choices=choices)
    elif isinstance(node, dict):
        for name, inner in node.items():
            if name not in _NOT_ASKED:
                yield from _numbers((*place, name), inner)
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _numbers((*place, number), inner)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield Number(place=place, label=_label(place[1:]), value=f"{node:g}")


def _label(place: Place) -> str:
    words = [f"第{name + 1}档" if isinstance(name, int) else _LEAVES.get(str(name), "") for name in place]
    return "".join(words)


def changes_between(file: str, before: str, after: str) -> list[str]:
    """What a proposal changes in a file, a line each."""
    if file == HEAT:
        old = {number.name: number.value for part in numbers_of(before).values() for number in part}
        return [
            f"{HEAT_PARTS[str(number.place[0])]}　{number.label}　{old[number.name]} → {number.value}"
            for part in numbers_of(after).values()
            for number in part
            if number.value != old[number.name]
        ]
    there = {each.id: each for each in lists_of(file, before)}
    return [line for each in lists_of(file, after) for line in _moved(there[each.id], each)]


def _moved(before: WordList, after: WordList) -> Iterator[str]:
    old = {word: weight for weight, words in before.rows.items() for word in words}
    new = {word: weight for weight, words in after.rows.items() for word in words}
    where = f"{after.title}" + ("（减分）" if after.part == "not_words" else "")
    for word, weight in new.items():
        if old.get(word) != weight:
            yield f"{where}　加“{word}”，分量 {weight:g}"
    for word, weight in old.items():
        if word not in new:
            yield f"{where}　删“{word}”，分量 {weight:g}"


def value_of(text: str, place: Place) -> Any:
    """What stands there now."""
    return at(tree_of(text), place)
