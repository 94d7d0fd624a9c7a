"""Reads the data sets (gzip'd JSON lines) into rows with known answers. No text of theirs is kept in the project."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.training.readings import read_relevance
from huiying.failures import Misconfigured
from huiying.post import Tone

THREE_TONES = ("smp2020_virus", "covid_weibo_3k", "nlpcc2014_emotion", "smp2020_usual")
TWO_TONES = ("osm2022", "weibo2018")
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
class GoldRow:
    """A citizen's message labelled by reading with the routing guide."""

    text: str
    bureau: str
    also: tuple[str, ...]
    duties: tuple[int, ...]
    duties_any: tuple[int, ...]
    kinds: tuple[str, ...]
    tones: tuple[str, ...]
    urgency: float


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
    gold: tuple[GoldRow, ...]
    replies: tuple[SilverRow, ...]
    hot_issues: tuple[SilverRow, ...]
    category_raw: tuple[SilverRow, ...]
    category_segmented: tuple[SilverRow, ...]
    watched: tuple[SilverRow, ...]
    """Posts of the stream and of chatter that were read for relevance."""


def read_corpora(data_sets: Path) -> Corpora:
    """All sets below a folder; `Misconfigured` names the file that is missing."""
    return Corpora(
        tone=tuple(_tone_rows(data_sets)),
        gold=tuple(_gold_row(row) for row in read_rows(data_sets / "messages/routing_gold.jsonl.gz")),
        replies=tuple(
            SilverRow(text=row["text"], label=SILVER_BUREAUS.get(row["label"]), id=f"official_replies:{number}")
            for number, row in enumerate(read_rows(data_sets / "messages/official_replies.jsonl.gz"))
        ),
        hot_issues=tuple(
            SilverRow(text=row["text"], label=None, id=f"hot_issues:{row['id']}")
            for row in read_rows(data_sets / "messages/hot_issues.jsonl.gz")
        ),
        category_raw=tuple(_labelled(data_sets / "messages/category_raw.jsonl.gz")),
        category_segmented=tuple(_labelled(data_sets / "messages/category_segmented.jsonl.gz")),
        watched=tuple(_watched_rows(data_sets)),
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


def _gold_row(row: dict[str, Any]) -> GoldRow:
    return GoldRow(
        text=row["text"],
        bureau=row["bureau"],
        also=tuple(row["also"]),
        duties=tuple(row["duties"]),
        duties_any=tuple(row["duties_any"]),
        kinds=_one_or_more(row["kind"]),
        tones=_one_or_more(row["tone"]),
        urgency=float(row["urgency"]),
    )


def _one_or_more(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
