"""分项计数 beside 检索: by source, tone, bureau, duty and day; one press narrows to one of them, another widens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.office import ConsoleOffice
from console.post_query import NO_BUREAU, Asked
from huiying.archive.archive import CountedBy, Facets, PostQuery
from huiying.post import Tone

_SHOWN = 8
_FIELDS = (CountedBy.TONE, CountedBy.SOURCE, CountedBy.BUREAU, CountedBy.DUTY)


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetLine:
    """One value with its count; `share` in percent of the greatest beside it."""

    words: str
    count: str
    share: int
    href: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """One way of dividing what was found; `more` are those that stand behind a fold."""

    name: str
    lines: tuple[FacetLine, ...]
    more: tuple[FacetLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetsView:
    """All of them, and of how many posts they are counted."""

    said: str
    whole: bool
    facets: tuple[Facet, ...]


def view_facets(office: ConsoleOffice, query: PostQuery, asked: Asked) -> FacetsView:
    """The counts for a search; `Unavailable` while the archive is away."""
    counted = office.archive.facets(query, _FIELDS, newest=office.policy.search.counted_posts)
    facets = (
        _facet("语气", counted.by[CountedBy.TONE], asked, "tone", lambda tone: wording.TONES[Tone(tone)]),
        _facet("信源", counted.by[CountedBy.SOURCE], asked, "source", _called(office.source_titles)),
        _facet("责任单位", _named(counted.by[CountedBy.BUREAU]), asked, "bureau", office.bureau),
        _facet(
            "职责事项",
            counted.by[CountedBy.DUTY],
            asked,
            "duty",
            _called(office.duty_titles),
        ),
        _days(counted.days, asked),
    )
    return FacetsView(said=_said(counted), whole=counted.whole, facets=tuple(each for each in facets if each.lines))


def _called(titles: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: titles.get(name, name)


def _said(counted: Facets) -> str:
    if counted.whole:
        return f"共 {counted.counted:,} 条"
    return f"只数了新到的 {counted.counted:,} 条"


def _named(bureaus: Mapping[str, int]) -> Mapping[str, int]:
    return {short or NO_BUREAU: count for short, count in bureaus.items()}


def _facet(name: str, counts: Mapping[str, int], asked: Asked, field: str, words: Callable[[str], str]) -> Facet:
    chosen = getattr(asked, field)
    most = max(counts.values(), default=1)
    lines = [
        FacetLine(
            words=words(value),
            count=f"{count:,}",
            share=100 * count // most,
            href=asked.address(**{field: "" if value == chosen else value}),
            chosen=value == chosen,
        )
        for value, count in sorted(counts.items(), key=lambda item: (item[0] != chosen, -item[1], item[0]))
    ]
    return Facet(name=name, lines=tuple(lines[:_SHOWN]), more=tuple(lines[_SHOWN:]))


def _days(days: Mapping[datetime, int], asked: Asked) -> Facet:
    most = max(days.values(), default=1)
    lines = []
    for at, count in sorted(days.items(), reverse=True):
        named = f"{wording.beijing(at):%Y-%m-%d}"
        chosen = asked.since == asked.until == named
        lines.append(
            FacetLine(
                words=f"{named[5:7].lstrip('0')}月{named[8:].lstrip('0')}日",
                count=f"{count:,}",
                share=100 * count // most,
                href=asked.address(since="", until="") if chosen else asked.address(since=named, until=named),
                chosen=chosen,
            )
        )
    return Facet(name="发布日期", lines=tuple(lines[:_SHOWN]), more=tuple(lines[_SHOWN:]))
