"""What is asked of 检索, as it stands in the address, and what it means for the archive."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request

from console.office import ConsoleOffice
from console.search_words import LONGEST, read_search_words
from console.seeing import must_see_concern, shown_matters
from huiying.archive.archive import PostQuery
from huiying.clock import BEIJING
from huiying.post import Fate, SourceKind, Tone
from huiying.register.register import Transaction

NO_BUREAU = "待明确"
"""How the address names posts for which no bureau is known."""

_LONGEST_VALUE = 200
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The search form as it was sent; each field as the address has it."""

    words: str = ""
    since: str = ""
    until: str = ""
    source: str = ""
    kind: str = ""
    tone: str = ""
    bureau: str = ""
    duty: str = ""
    concern: str = ""
    fate: str = ""
    cursor: str = ""

    def __getitem__(self, name: str) -> str:
        """The field of this name, for forms that are printed field by field."""
        value: str = getattr(self, name)
        return value

    def address(self, path: str = "/posts", **changes: str) -> str:
        """The address of this search with some fields otherwise, from its first page on."""
        fields = asdict(replace(self, **{"cursor": "", **changes}))
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def filters(self) -> Mapping[str, str]:
        """The fields that narrow, without the words."""
        return {name: value for name, value in asdict(self).items() if value and name not in ("words", "cursor")}


def _read_asked(request: Request) -> Asked:
    """Whatever an address says is a search; values that mean nothing are told of by `query_of`."""
    names = Asked.__dataclass_fields__
    given = {name: value.strip() for name, value in request.query_params.items() if name in names}
    most = {"words": LONGEST + 1}
    return Asked(**{name: value[: most.get(name, _LONGEST_VALUE)] for name, value in given.items()})


AskedPosts = Annotated[Asked, Depends(_read_asked)]
"""A route's parameter: what is searched for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A search for the archive, and what of it could not be understood or is only looked for in part."""

    query: PostQuery
    said: tuple[str, ...]


def query_of(tx: Transaction, office: ConsoleOffice, asked: Asked) -> Meant:
    """What a search means: for whoever is limited to a unit, among the posts of its matters only."""
    said = list[str]()
    typed = read_search_words(asked.words)
    if len(asked.words) > LONGEST:
        said.append(f"词句过长，只按前 {LONGEST} 个字符检索")
    last = _day(asked.until, said)
    query = PostQuery(
        words=typed.words,
        phrases=typed.phrases,
        without=typed.without,
        source=asked.source or None,
        source_kind=_among(SourceKind, asked.kind, said),
        tone=_among(Tone, asked.tone, said),
        bureau="" if asked.bureau == NO_BUREAU else asked.bureau or None,
        duty=_duty(asked.duty, said),
        since=_day(asked.since, said),
        until=last + timedelta(days=1) if last else None,
        ids=_ids(tx, office, asked, said),
    )
    if query.since and query.until and query.since >= query.until:
        said.append("起日在止日之后，这样找不到帖文")
    return Meant(query=query, said=tuple(said))


def _ids(tx: Transaction, office: ConsoleOffice, asked: Asked, said: list[str]) -> tuple[str, ...] | None:
    """The posts that the register names where matter, fate or unit narrow; None where none of them does."""
    fate, own = _among(Fate, asked.fate, said), shown_matters(tx)
    concerns = own
    if asked.concern:
        numbered = tx.concerns.numbered(asked.concern)
        found = tx.concerns.resolve(numbered.id if numbered else asked.concern)
        if found is None:
            said.append(f"没有编号为“{asked.concern}”的事项")
            return ()
        must_see_concern(tx, found)
        concerns = {found.id}
    if fate is None and concerns is None:
        return None
    most = office.policy.search.posts_of_matters
    ids = tx.posts.newest(fate=fate, concerns=concerns, limit=most)
    if len(ids) >= most:
        said.append(f"按事项、去向或本单位筛选时，只在最新收到的 {most} 条里找")
    return tuple(ids)


def _among(words: type[_Word], value: str, said: list[str]) -> _Word | None:
    if not value:
        return None
    try:
        return words(value)
    except ValueError:
        said.append(f"不认识“{value}”，没有按它筛选")
        return None


def _duty(value: str, said: list[str]) -> int | None:
    if value and not (value.isascii() and value.isdigit() and len(value) < 6):
        said.append(f"不认识职责事项“{value}”，没有按它筛选")
        return None
    return int(value) if value else None


def _day(value: str, said: list[str]) -> datetime | None:
    """The beginning of a day of Beijing."""
    if not value:
        return None
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=BEIJING)
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2200:
        said.append(f"日期“{value}”读不懂，没有按它筛选；应如 2026-11-22")
        return None
    return day
