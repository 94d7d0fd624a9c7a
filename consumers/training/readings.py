"""Labels that readers gave to rows of the data sets, and posts written by hand.

Of the sets only row ids and labels are kept here, never the texts.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huiying.post import SourceKind

_READINGS = Path(__file__).parent / "readings"
_SETS = ("hot_issues", "official_replies")
_CONSULTED = frozenset("123")
"""Authors whose posts were looked at while the office's words were chosen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a reader with the routing guide says of a message. `whole`: not only the lead bureau was read.

    `also` are bodies that a colleague could equally defend, `duties_any` are duties that one strict reader could.
    """

    bureau: str
    also: tuple[str, ...]
    duties: tuple[int, ...]
    duties_any: tuple[int, ...]
    kind: str
    tone: str
    urgency: float
    sure: bool
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenPost:
    """A post that one of six authors wrote to show one duty or none.

    `obvious` where it uses the official word; `consulted` where it was looked at while words were chosen.
    """

    id: str
    text: str
    author: str
    reading: Reading
    obvious: bool

    @property
    def consulted(self) -> bool:
        """Whether figures on it flatter the words."""
        return self.author in _CONSULTED


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacePost:
    """A post written by hand that is about the sample city's public affairs, or only looks like it (`trap`).

    `taught` ones were looked at while words and weights were mended; the others only measure.
    """

    id: str
    text: str
    source_kind: SourceKind
    relevant: bool
    trap: str

    @property
    def taught(self) -> bool:
        """Whether it may be learnt from: those with an odd number."""
        return int(self.id[1:]) % 2 == 1


def read_messages() -> dict[str, Reading]:
    """The first reading of each message by `set:row`."""
    return {f"{name}:{row['id']}": _reading(row) for name in _SETS for row in _rows(name)}


def read_second() -> dict[str, Reading]:
    """The second, independent reading of some of them."""
    return {f"{row['set']}:{row['id']}": _reading(row) for row in _rows("second_reading")}


def read_relevance() -> dict[str, bool]:
    """Whether posts of the stream and of chatter concern public affairs, by `set:row`; doubtful ones are left out."""
    return {
        f"{row['set']}:{row['row']}": row["relevant"] == "1"
        for row in _rows("relevance")
        if row["sure"] == "1" and row["second"] in ("", row["relevant"])
    }


def read_groups() -> dict[str, tuple[str, str]]:
    """The groups in which two readers put rows of `hot_issues`, by row."""
    return {row["id"]: (row["first"], row["second"]) for row in _rows("groups")}


def read_written_posts() -> list[WrittenPost]:
    """For each of the twenty duties 66 posts of six authors, most without the obvious word, and others for none."""
    return [
        WrittenPost(
            id=row["id"],
            text=row["text"],
            author=row["author"],
            reading=_reading(row),
            obvious=row["obvious"] == "1",
        )
        for row in _rows("duty_posts")
    ]


def read_place_posts() -> list[PlacePost]:
    """Posts that name places of the sample city, or places that only look like them."""
    return [
        PlacePost(
            id=row["id"],
            text=row["text"],
            source_kind=SourceKind(row["source_kind"]),
            relevant=row["relevant"] == "1",
            trap=row["trap"],
        )
        for row in _rows("place_posts")
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_READINGS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _reading(row: dict[str, str]) -> Reading:
    duties = _numbers(row["duties"])
    return Reading(
        bureau=row["bureau"],
        also=tuple(filter(None, row["also"].split("|"))),
        duties=duties,
        duties_any=(*duties, *_numbers(row["duties_maybe"])),
        kind=row["kind"],
        tone=row["tone"],
        urgency=float(row["urgency"] or 1),
        sure=row.get("sure", "1") != "0",
        whole=bool(row["kind"]),
    )


def _numbers(written: str) -> tuple[int, ...]:
    return tuple(map(int, filter(None, written.split("|"))))
