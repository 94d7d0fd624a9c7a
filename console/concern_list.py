"""The list of the concerns that moved last, or whose titles have some words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console import wording
from console.admitting import needs
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.saved_views import Filters, view_bar
from console.seeing import shown_matters
from huiying.alert import Alert
from huiying.concern import Concern
from huiying.permission import Action
from huiying.register.overview import of_them
from huiying.register.register import Transaction
from huiying.saved_view import ListPage

_LIST, _MOST = 100, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernRow:
    """A concern in the list."""

    id: str
    number: str
    title: str
    bureau: str
    posts: int
    first: str
    last: str
    level: str
    level_words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InHand:
    """Concerns with an open alert, of a lead or of a duty: what a number of the overview counts."""

    bureau: str
    duty: int | None


def concern_list_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns", dependencies=needs(Action.VIEW_MATTERS))
    def concerns(
        filters: Filters, words: str = "", bureau: str = "", duty: int | None = None, in_hand: bool = False
    ) -> HTMLResponse:
        asked = InHand(bureau=bureau, duty=duty)
        with office.register.reading() as tx:
            found = _in_hand(tx, asked) if in_hand else []
            rows = _rows(tx, office, found[:_MOST]) if in_hand else found_concerns(tx, office, words)
            views = view_bar(tx, office, ListPage.CONCERNS, filters)
            return pages.html(
                "concerns.html",
                rows=rows,
                words=words,
                narrowed=_narrowed(office, asked, len(found)) if in_hand else "",
                views=views,
                frame=frame(tx, office, "concerns"),
            )

    return routes


def found_concerns(
    tx: Transaction, office: ConsoleOffice, words: str, *, limit: int = _LIST
) -> tuple[ConcernRow, ...]:
    """Those with these words in their title or this number, else those that moved last; a unit is shown its own."""
    return _rows(tx, office, _shown(tx, words, limit))


def _rows(tx: Transaction, office: ConsoleOffice, found: Sequence[Concern]) -> tuple[ConcernRow, ...]:
    now = office.clock.now()
    alerts = tx.alerts.for_concerns(concern.id for concern in found)
    return tuple(_row(concern, alerts.get(concern.id, []), office, now) for concern in found)


def _shown(tx: Transaction, words: str, limit: int) -> list[Concern]:
    shown = shown_matters(tx)
    if shown is None:
        return tx.concerns.titled(words, limit=limit) if words.strip() else tx.concerns.latest(limit=limit)
    own = [concern for concern in tx.concerns.get(shown).values() if not concern.merged_into]
    found = [
        concern
        for concern in own
        if all(part in concern.title for part in words.split()) or concern.number.startswith(words.strip())
    ]
    return sorted(found, key=lambda concern: concern.last_post_at, reverse=True)[:limit]


def _in_hand(tx: Transaction, asked: InHand) -> list[Concern]:
    bureau = "" if asked.bureau == wording.NO_BUREAU else asked.bureau or None
    ids = of_them(tx.overview.matters(), bureau=bureau, duty=asked.duty)
    shown = shown_matters(tx)
    found = [each for each in tx.concerns.get(ids).values() if shown is None or each.id in shown]
    return sorted(found, key=lambda concern: concern.last_post_at, reverse=True)


def _narrowed(office: ConsoleOffice, asked: InHand, found: int) -> str:
    duty = f"第{asked.duty}项职责事项的" if asked.duty is not None else ""
    first = f"先列 {_MOST} 项，" if found > _MOST else ""
    whose = office.bureau(asked.bureau) if asked.bureau else ""
    return f"只列{whose}{duty}在办事项（有预警未关闭），{first}共 {found} 项"


def _row(concern: Concern, alerts: Sequence[Alert], office: ConsoleOffice, now: datetime) -> ConcernRow:
    return ConcernRow(
        id=concern.id,
        number=concern.number,
        title=concern.title,
        bureau=office.bureau(concern.lead),
        posts=concern.posts,
        first=wording.when(concern.first_post_at, now),
        last=wording.when(concern.last_post_at, now),
        level=alerts[0].level.value if alerts else "none",
        level_words=wording.level_in_list(alerts[0].level) if alerts else "未预警",
    )
