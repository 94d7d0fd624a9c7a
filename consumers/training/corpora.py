"""Reads the data sets (gzip'd JSON lines) into rows with known answers. No text of theirs is kept in the project."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from consumers.training.corrections import TaughtPost, read_taught
from consumers.training.readings import Reading, read_messages, read_relevance, read_written_posts
from huiying.correction import Judgement
from huiying.failures import Misconfigured
from huiying.post import Tone

THREE_TONES = ("smp2020_virus", "covid_weibo_3k", "nlpcc2014_emotion", "smp2020_usual")
TWO_TONES = ("osm2022", "weibo2018")
_GOLD = "routing_gold:"
_TWO_READERS, _ONE_READER, _WRITTEN = 2.0, 1.0, 0.3
"""How much a message counts where thresholds are fitted: less where one reader read or one author wrote it."""
_UNSURE, _BY_TITLE = 0.6, 0.7
_STREAM = "dated_posts"
TONES = (Tone.NEGATIVE.value, Tone.NEUTRAL.value, Tone.POSITIVE.value)

SILVER_BUREAUS = {
    "教育局": "教育局",
    "公安": "公安局",
    "交警": "公安局",
    "交警|公安": "公安局",
    "国土": "国土房屋局",
    "房管": "国土房屋局",
    "住房保障": "国土房屋局",
    "交通运输局": "交通局",
    "轨道": "交通局",
    "发改": "发展改革委",
    "公积金": "住房公积金中心",
    "环保局": "环保局",
    "城市管理": "城管局",
    "城管局": "城管局",
    "城管执法": "城管局",
    "城管局|城市管理": "城管局",
    "城市管理|城管执法": "城管局",
    "城管局|城管执法": "城管局",
    "园林": "城管局",
    "城市管理|园林": "城管局",
    "人社局": "人社局",
    "人力资源和社会保障局": "人社局",
    "医保局": "人社局",
    "住建局": "建委",
    "住建局|住房和城乡建设局": "建委",
    "住房和城乡建设局": "建委",
    "规划局": "规划局",
    "民政局": "民政局",
    "卫计": "卫生局",
    "林业": "农委",
    "水利局": "水务局",
    "水务局": "水务局",
    "税务": "税务局",
    "财政局": "财政局",
    "市场监督管理局": "工商局",
    "文旅": "文广局",
}
"""Bureau words found in official replies, as bodies of the directory; other labels are not used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToneRow:
    """A text whose tone somebody judged; in two-tone sets everything that is not negative counts as positive."""

    text: str
    source: str
    tone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledRow:
    """A message and what was told of it; None, or no name, where nothing was.

    `also` are bodies that could equally lead, `duties_any` duties that one of two readers would name. `trust` is how
    much the row teaches, `standard` how much it counts where probabilities and thresholds are fitted. `author` is who
    wrote a post by hand: whether a judgement holds shows on posts of authors that it has not learnt from.
    """

    id: str
    text: str
    bureau: str | None = None
    also: tuple[str, ...] = ()
    duties: tuple[int, ...] | None = None
    duties_any: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()
    urgency: float | None = None
    trust: float = 1.0
    standard: float = 0.0
    author: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SilverRow:
    """A text whose label comes from elsewhere: a reply's wording, a category of a portal, or nothing at all."""

    text: str
    label: str | None
    id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpora:
    """Every set that training and evaluation use."""

    tone: tuple[ToneRow, ...]
    labelled: tuple[LabelledRow, ...]
    replies: tuple[SilverRow, ...]
    hot_issues: tuple[SilverRow, ...]
    category_raw: tuple[SilverRow, ...]
    category_segmented: tuple[SilverRow, ...]
    watched: tuple[SilverRow, ...]
    """Posts of the stream and of chatter that were read for relevance."""
    stream: tuple[str, ...]
    """Posts without labels, none of which was read."""

    @property
    def gold(self) -> tuple[LabelledRow, ...]:
        """The messages that two readers labelled."""
        return tuple(row for row in self.labelled if row.id.startswith(_GOLD))


def read_corpora(data_sets: Path) -> Corpora:
    """All sets below a folder; `Misconfigured` names the file that is missing."""
    replies = tuple(
        SilverRow(text=row["text"], label=SILVER_BUREAUS.get(row["label"]), id=f"official_replies:{number}")
        for number, row in enumerate(read_rows(data_sets / "messages/official_replies.jsonl.gz"))
    )
    hot_issues = tuple(
        SilverRow(text=row["text"], label=None, id=f"hot_issues:{row['id']}")
        for row in read_rows(data_sets / "messages/hot_issues.jsonl.gz")
    )
    return Corpora(
        tone=tuple(_tone_rows(data_sets)),
        labelled=(
            *_gold_rows(data_sets),
            *_read_messages((*replies, *hot_issues)),
            *_written_posts(),
            *(row for post in read_taught(data_sets) for row in _taught_rows(post)),
        ),
        replies=replies,
        hot_issues=hot_issues,
        category_raw=tuple(_labelled(data_sets / "messages/category_raw.jsonl.gz")),
        category_segmented=tuple(_labelled(data_sets / "messages/category_segmented.jsonl.gz")),
        watched=tuple(_watched_rows(data_sets)),
        stream=tuple(_stream(data_sets)),
    )


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of one set."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except FileNotFoundError as error:
        raise Misconfigured(f"{path}：没有这个数据集。请用 --data-sets 指明数据所在的文件夹。") from error


def _labelled(path: Path) -> Iterator[SilverRow]:
    for row in read_rows(path):
        yield SilverRow(text=row["text"], label=row["label"])


def _watched_rows(data_sets: Path) -> Iterator[SilverRow]:
    read = read_relevance()
    for name in dict.fromkeys(row.partition(":")[0] for row in read):
        folder = "stream" if name == _STREAM else "sentiment"
        for number, row in enumerate(read_rows(data_sets / folder / f"{name}.jsonl.gz")):
            if f"{name}:{number}" in read:
                yield SilverRow(text=row["text"], label=None, id=f"{name}:{number}")


def _tone_rows(data_sets: Path) -> Iterator[ToneRow]:
    for source in (*THREE_TONES, *TWO_TONES):
        for row in read_rows(data_sets / "sentiment" / f"{source}.jsonl.gz"):
            yield ToneRow(text=row["text"], source=source, tone=row["label"])


def _stream(data_sets: Path) -> Iterator[str]:
    read = read_relevance()
    for number, row in enumerate(read_rows(data_sets / "stream" / f"{_STREAM}.jsonl.gz")):
        if f"{_STREAM}:{number}" not in read:
            yield row["text"]


def _gold_rows(data_sets: Path) -> Iterator[LabelledRow]:
    for number, row in enumerate(read_rows(data_sets / "messages/routing_gold.jsonl.gz")):
        yield LabelledRow(
            id=f"{_GOLD}{number}",
            text=row["text"],
            bureau=row["bureau"],
            also=tuple(row["also"]),
            duties=tuple(row["duties"]),
            duties_any=tuple(row["duties_any"]),
            kinds=_one_or_more(row["kind"]),
            tones=_one_or_more(row["tone"]),
            urgency=float(row["urgency"]),
            standard=_TWO_READERS,
        )


def _read_messages(messages: Sequence[SilverRow]) -> Iterator[LabelledRow]:
    read = read_messages()
    for message in messages:
        reading = read.get(message.id)
        if reading and reading.whole:
            yield _from_reading(message.id, message.text, reading, _ONE_READER)
        elif reading:
            yield LabelledRow(id=message.id, text=message.text, bureau=reading.bureau, trust=_BY_TITLE)


def _written_posts() -> Iterator[LabelledRow]:
    for post in read_written_posts():
        row = _from_reading(f"written:{post.id}", post.text, post.reading, _WRITTEN)
        yield replace(row, author=post.author)


def _from_reading(row: str, text: str, reading: Reading, standard: float) -> LabelledRow:
    return LabelledRow(
        id=row,
        text=text,
        bureau=reading.bureau,
        also=reading.also,
        duties=reading.duties,
        duties_any=reading.duties_any,
        kinds=(reading.kind,),
        tones=(reading.tone,),
        urgency=reading.urgency,
        trust=1.0 if reading.sure else _UNSURE,
        standard=standard,
    )


def _taught_rows(post: TaughtPost) -> Iterator[LabelledRow]:
    """A row for each judgement that an officer corrected, since each counts for itself."""
    for judgement, said in post.said.items():
        row = LabelledRow(id=f"office:{post.post}", text=post.text, trust=post.weights[judgement])
        if judgement is Judgement.LEAD and said:
            yield replace(row, bureau=said[0])
        elif judgement is Judgement.DUTIES:
            yield replace(row, duties=tuple(map(int, said)), duties_any=tuple(map(int, said)))
        elif judgement is Judgement.KIND:
            yield replace(row, kinds=said)
        elif judgement is Judgement.TONE:
            yield replace(row, tones=said)


def _one_or_more(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
