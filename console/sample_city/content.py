"""Reads the sample city's hand-written posts, each with what a colleague would expect of the chain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator

from huiying.policy.reading import OfficeModel, read_office_file

HERE = Path(__file__).parent

_OFFSET = re.compile(r"(?P<sign>-?)(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?")


class Channel(StrEnum):
    """Where in the sample city something is said."""

    GOV = "gov"
    NEWS = "news"
    FORUM = "forum"
    FEED = "feed"
    HOTLIST = "hotlist"
    HOTLINE = "hotline"
    EXPORT = "export"
    DISTRICT = "district"


FILED = frozenset({Channel.EXPORT, Channel.DISTRICT})
"""Channels that come as files, written when the demonstration starts, so that they hold only what was said before."""


class Broken(StrEnum):
    """In which way a page of the sample city is broken, on purpose."""

    ERROR = "error"
    EMPTY = "empty"
    MALFORMED = "malformed"


@dataclass(frozen=True, kw_only=True, slots=True)
class CityPost:
    """One piece of speech of the sample city, and what is expected of it.

    `at` counts from the start of the demonstration (negative: before it). `matter` is None where a post stands for
    itself; `bureau` is the lead a colleague would name, None for chatter; `relevant` is False for chatter and for
    pages that hold nothing. `secrecy` marks a post that must be quarantined.
    """

    number: int
    channel: Channel
    at: timedelta
    title: str
    text: str
    author: str
    ask: str | None
    area: str | None
    hot: int
    broken: Broken | None
    matter: str | None
    bureau: str | None
    duties: tuple[int, ...]
    relevant: bool
    secrecy: bool


class _Said(OfficeModel):
    on: Channel
    at: timedelta
    ask: str | None = None
    area: str | None = None

    @field_validator("at", mode="before")
    @classmethod
    def _from_writing(cls, written: str) -> timedelta:
        return read_offset(written)


class _Repost(_Said):
    head: str = ""
    tail: str = ""


class _Written(_Said):
    title: str = Field(min_length=2)
    text: str = ""
    hot: int = 0
    broken: Broken | None = None
    reposts: tuple[_Repost, ...] = ()


class _Matter(OfficeModel):
    matter: str | None = None
    bureau: str | None = None
    duties: tuple[int, ...] = ()
    relevant: bool = True
    secrecy: bool = False
    posts: tuple[_Written, ...]


class _ContentFile(OfficeModel):
    matters: tuple[_Matter, ...]


class _People(OfficeModel):
    nicknames: tuple[str, ...]


def read_offset(written: str) -> timedelta:
    """A distance from the start, as the content files write it: -3h20m, -45m, 8s, 2m30s."""
    found = _OFFSET.fullmatch(written)
    if found is None or not any(found.group("hours", "minutes", "seconds")):
        raise ValueError(f"“{written}”不是时间间隔，请写成 -3h20m、-45m 或 8s 的样子")
    hours, minutes, seconds = (int(part or 0) for part in found.group("hours", "minutes", "seconds"))
    distance = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -distance if found["sign"] else distance


def read_content(folder: Path = HERE / "content") -> tuple[CityPost, ...]:
    """Every post of the sample city, in the order of the files; the numbers follow this order."""
    nicknames = read_office_file(HERE / "people.yaml", _People).nicknames
    posts: list[CityPost] = []
    for path in sorted(folder.glob("*.yaml")):
        for matter in read_office_file(path, _ContentFile).matters:
            for said, title, text in _voices(matter):
                number = len(posts) + 1
                posts.append(_post(number, matter, said, title=title, text=text, nicknames=nicknames))
    return tuple(posts)


def _voices(matter: _Matter) -> Iterator[tuple[_Said, str, str]]:
    """Each voice with its title and words: the post, then its re-posts with their small changes."""
    for post in matter.posts:
        yield post, post.title, post.text
        for repost in post.reposts:
            yield repost, post.title, f"{repost.head}{post.text}{repost.tail}"


def _post(
    number: int, matter: _Matter, said: _Said, *, title: str, text: str, nicknames: tuple[str, ...]
) -> CityPost:
    written = said if isinstance(said, _Written) else None
    return CityPost(
        number=number,
        channel=said.on,
        at=said.at,
        title=title,
        text=text,
        author=nicknames[number * 7 % len(nicknames)],
        ask=said.ask,
        area=said.area,
        hot=written.hot if written else 0,
        broken=written.broken if written else None,
        matter=matter.matter,
        bureau=matter.bureau,
        duties=matter.duties,
        relevant=matter.relevant,
        secrecy=matter.secrecy,
    )
