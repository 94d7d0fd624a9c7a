"""职责事项总览: every duty and every bureau by volume, lateness and tone. Every number opens the list it counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.office import ConsoleOffice
from console.overview_counts import Days, Tones, count_in_hand, count_tones
from console.rendering import Pages, frame
from huiying.archive.archive import CountedBy
from huiying.failures import NotAllowed, Unavailable
from huiying.permission import Action, sees_all
from huiying.post import Tone
from huiying.register.overview import InHand
from huiying.register.register import Transaction

TOO_FEW = 10
"""Below so many posts nothing is said of more or less, nor of tone: the difference would be chance."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A number and the list that has as many rows; None where the archive is away."""

    count: int | None
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewRow:
    """One duty or one bureau. `change` compares the two weeks in words; `too_few` says why nothing is compared."""

    number: str
    name: str
    note: str
    posts: Cell
    before: Cell
    change: str
    tones: tuple[tuple[str, Cell], ...]
    too_few: bool
    matters: Cell
    tasks: Cell
    late: Cell
    idle: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewView:
    """The whole page; `away` says that posts could not be counted."""

    weeks: str
    duties: tuple[OverviewRow, ...]
    bureaus: tuple[OverviewRow, ...]
    too_few: int
    away: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Named:
    """What a row is about, and how the addresses of its lists name it."""

    key: str
    number: str
    name: str
    note: str
    filter: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Figures:
    """Everything counted along one axis. Posts are None where the archive is away."""

    now: Tones | None
    before: Tones | None
    matters: Counter[str]
    tasks: Counter[str]
    late: Counter[str]


def overview_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/duties`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/duties", dependencies=needs(Action.VIEW_MATTERS))
    def duties(by: Acting) -> HTMLResponse:
        if not sees_all(by):
            raise NotAllowed("总览统计全市各单位；本单位的任务在“工作台”，本单位的事项在“事项”")
        with office.register.reading() as tx:
            return pages.html("duties.html", view=view_overview(tx, office), frame=frame(tx, office, "duties"))

    return routes


def view_overview(tx: Transaction, office: ConsoleOffice) -> OverviewView:
    """Seven days, today among them, beside the seven before."""
    today = wording.beijing(office.clock.now()).date()
    end = today + timedelta(days=1)
    week, before = Days(since=end - _WEEK, until=end), Days(since=end - 2 * _WEEK, until=end - _WEEK)
    tasks, matters = tx.overview.tasks(office.clock.now()), tx.overview.matters()
    away = ""
    figures = {}
    for field in (CountedBy.DUTY, CountedBy.BUREAU):
        try:
            tones = count_tones(tx, office, field, week), count_tones(tx, office, field, before)
        except Unavailable:
            tones, away = None, "帖文库暂时不可用，帖文数没有统计；任务和事项数照常"
        figures[field] = _figures(field, tones, tasks, matters)
    return OverviewView(
        weeks=f"{_day(week.since)}—{_day(today)}，对比 {_day(before.since)}—{_day(before.until - timedelta(days=1))}",
        duties=tuple(_row(each, figures[CountedBy.DUTY], week, before) for each in _duties(office)),
        bureaus=tuple(_row(each, figures[CountedBy.BUREAU], week, before) for each in _bureaus(office)),
        too_few=TOO_FEW,
        away=away,
    )


def _figures(
    field: CountedBy, tones: tuple[Tones, Tones] | None, tasks: Sequence[InHand], matters: Sequence[InHand]
) -> _Figures:
    return _Figures(
        now=tones[0] if tones else None,
        before=tones[1] if tones else None,
        matters=count_in_hand(matters, field),
        tasks=count_in_hand(tasks, field),
        late=count_in_hand((each for each in tasks if each.late), field),
    )


def _duties(office: ConsoleOffice) -> Iterable[_Named]:
    for duty in office.policy.duties:
        yield _Named(
            key=str(duty.number),
            number=str(duty.number),
            name=duty.title,
            note="、".join(office.bureau(lead) for lead in duty.leads[:3]) + ("等" if len(duty.leads) > 3 else ""),
            filter={"duty": str(duty.number)},
        )


def _bureaus(office: ConsoleOffice) -> Iterable[_Named]:
    for bureau in office.policy.bureaus:
        yield _Named(key=bureau.id, number="", name=bureau.name, note="", filter={"bureau": bureau.id})
    yield _Named(
        key="", number="", name="没有责任单位", note="待明确，或与本市无关", filter={"bureau": wording.NO_BUREAU}
    )


def _row(named: _Named, figures: _Figures, week: Days, before: Days) -> OverviewRow:
    tones, past = _of(figures.now, named.key), _of(figures.before, named.key)
    posts, posts_before = _sum(tones), _sum(past)
    matters, tasks, late = (each[named.key] for each in (figures.matters, figures.tasks, figures.late))
    return OverviewRow(
        number=named.number,
        name=named.name,
        note=named.note,
        posts=Cell(count=posts, href=_posts(named, week)),
        before=Cell(count=posts_before, href=_posts(named, before)),
        change=_change(posts, posts_before),
        tones=tuple(
            (
                tone.label,
                Cell(count=None if tones is None else tones[tone], href=_posts(named, week, tone=tone.value)),
            )
            for tone in Tone
        ),
        too_few=posts is not None and 0 < posts < TOO_FEW,
        matters=Cell(count=matters, href=f"/concerns?{urlencode({**named.filter, 'in_hand': 'true'})}"),
        tasks=Cell(count=tasks, href=f"/tasks?{urlencode(named.filter)}"),
        late=Cell(count=late, href=f"/tasks?{urlencode({**named.filter, 'late': 'true'})}"),
        idle=not (posts or posts_before or matters or tasks),
    )


def _of(tones: Tones | None, key: str) -> Counter[Tone] | None:
    return None if tones is None else tones.get(key, Counter())


def _sum(tones: Counter[Tone] | None) -> int | None:
    return None if tones is None else tones.total()


def _change(now: int | None, before: int | None) -> str:
    """How much more or less, in posts and never in percent."""
    if now is None or before is None or now == before == 0:
        return ""
    if max(now, before) < TOO_FEW:
        return "太少，不比"
    if now == before:
        return "持平"
    return f"多 {now - before} 条" if now > before else f"少 {before - now} 条"


def _posts(named: _Named, days: Days, **more: str) -> str:
    last = days.until - timedelta(days=1)
    return f"/posts?{urlencode({**named.filter, 'since': days.since.isoformat(), 'until': last.isoformat(), **more})}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
