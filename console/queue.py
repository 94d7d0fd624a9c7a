"""值班台: the live queue. Rows, the preview of the selected one, and what a press officer does with it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse

from console.acting import Acting, who_asks
from console.admitting import needs, reads_evidence
from console.forms import Fields, read_fields, written_moment
from console.office import ConsoleOffice
from console.preview import Preview, view_preview
from console.queue_filters import (
    MOST_ROWS,
    ROWS,
    Asked,
    AskedFor,
    FilterBar,
    View,
    filter_of,
    view_filters,
)
from console.rendering import Pages, frame
from console.saved_views import Filters, view_bar
from console.seeing import limited_to, must_see_concern, shown_matters
from console.strips import Strip, read_matters, view_strip
from console.wording import beijing, day, time_of_day, when
from huiying.alert import Alert, Stand
from huiying.failures import NotAllowed, Stale
from huiying.permission import Action
from huiying.person import Person
from huiying.register.queue_filter import QueueFilter
from huiying.register.register import Transaction
from huiying.saved_view import ListPage

_OTHERS_ROWS = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewChip:
    """One view of the queue with how many rows it has."""

    words: str
    href: str
    count: int
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueView:
    """The list: its rows and what is said around them."""

    view: str
    views: tuple[ViewChip, ...]
    filters: FilterBar
    query: str
    narrowed: bool
    strips: tuple[Strip, ...]
    more: int
    """How many rows the list has when some more are asked for; none where all are shown, or as many as it holds."""
    end_words: str
    empty_words: str
    handover: str


Move = Callable[[Alert], str]
"""Something done with an alert; the sentence says what happened where the row does not."""


def queue_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """The queue's pages and moves."""
    routes = APIRouter(include_in_schema=False)
    _reading_routes(routes, office, pages)
    _moving_routes(routes, office, pages)
    return routes


def _reading_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/queue", dependencies=reads_evidence())
    def queue_page(asked: AskedFor, filters: Filters) -> HTMLResponse:
        with office.register.reading() as tx:
            queue = view_queue(tx, office, asked)
            first = _preview(tx, office, queue.strips[0].alert) if queue.strips else None
            views = view_bar(tx, office, ListPage.QUEUE, filters)
            return pages.html("queue.html", queue=queue, preview=first, views=views, frame=frame(tx, office, "queue"))

    @routes.get("/queue/list", dependencies=needs(Action.VIEW_MATTERS))
    def queue_list(asked: AskedFor) -> HTMLResponse:
        with office.register.reading() as tx:
            return pages.html("_list.html", queue=view_queue(tx, office, asked), frame=frame(tx, office, "queue"))

    @routes.get("/queue/among", dependencies=needs(Action.VIEW_MATTERS))
    def among(asked: AskedFor, alert: Annotated[list[str], Query(max_length=100)]) -> list[str]:
        with office.register.reading() as tx:
            found = tx.alerts.narrowed(asked.view.filter(), filter_of(tx, asked), among_these=alert, limit=100)
            return [each.id for each in _shown(tx, found)]

    @routes.get("/queue/rows", dependencies=needs(Action.VIEW_MATTERS))
    def rows(alert: Annotated[list[str], Query(max_length=100)]) -> HTMLResponse:
        now = office.clock.now()
        with office.register.reading() as tx:
            matters = read_matters(tx, _shown(tx, list(tx.alerts.many(alert).values())), now)
            return pages.html("_rows.html", strips=[view_strip(matter, office, now) for matter in matters])

    @routes.get("/queue/preview/{alert_id:path}", dependencies=reads_evidence())
    def preview(alert_id: str) -> HTMLResponse:
        with office.register.reading() as tx:
            return pages.html(
                "_preview.html", preview=_preview(tx, office, alert_id), frame=frame(tx, office, "queue")
            )


def _moving_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    def acted(alert_id: str, move: Move) -> HTMLResponse:
        said, status = _try(office, alert_id, move)
        with office.register.reading() as tx:
            view = _preview(tx, office, alert_id, said)
            return pages.html("_acted.html", status=status, preview=view, frame=frame(tx, office, "queue"))

    fields = Annotated[Fields, Depends(read_fields)]

    @routes.post("/queue/claim/{alert_id:path}", dependencies=needs(Action.HANDLE_ALERTS))
    def claim(alert_id: str, by: Acting) -> HTMLResponse:
        def move(alert: Alert) -> str:
            office.handling.acknowledge(alert.id, by=by)
            return ""

        return acted(alert_id, move)

    @routes.post("/queue/silence/{alert_id:path}", dependencies=needs(Action.HANDLE_ALERTS))
    def silence(alert_id: str, form: fields, by: Acting) -> HTMLResponse:
        def move(alert: Alert) -> str:
            until = silence_end(form["until"], form["moment"], office.clock.now())
            office.handling.silence(alert.id, until=until, reason=form["reason"], by=by, seen=_seen(form))
            return ""

        return acted(alert_id, move)

    @routes.post("/queue/close/{alert_id:path}", dependencies=needs(Action.HANDLE_ALERTS))
    def close(alert_id: str, form: fields, by: Acting) -> HTMLResponse:
        def move(alert: Alert) -> str:
            if form["false"]:
                office.handling.dismiss(alert.id, reason=form["reason"], by=by, seen=_seen(form))
                return "已记为误报并关闭，下次更新列表时从这里移走"
            office.handling.close(alert.id, reason=form["reason"], by=by, seen=_seen(form))
            return "已关闭，下次更新列表时从这里移走"

        return acted(alert_id, move)

    @routes.post("/queue/assign/{alert_id:path}", dependencies=needs(Action.ASSIGN))
    def assign(alert_id: str, form: fields, by: Acting) -> HTMLResponse:
        def move(alert: Alert) -> str:
            if form["bureau"] not in office.bureau_names:
                raise NotAllowed("请先选定一个责任单位")
            office.assigning.assign_lead(alert.concern or "", form["bureau"], by=by)
            take_on(office, alert, by)
            return ""

        return acted(alert_id, move)

    @routes.post("/queue/urge/{alert_id:path}", dependencies=needs(Action.SUPERVISE))
    def urge(alert_id: str, form: fields, by: Acting) -> HTMLResponse:
        def move(_alert: Alert) -> str:
            task = office.supervising.urge(form["task"], words=form["words"], by=by)
            return f"已催办{office.bureau(task.bureau)}"

        return acted(alert_id, move)

    @routes.post("/queue/send/{alert_id:path}", dependencies=needs(Action.ASSIGN))
    def send(alert_id: str, form: fields, by: Acting) -> HTMLResponse:
        def move(alert: Alert) -> str:
            office.assigning.send_task(form["task"], by=by)
            take_on(office, alert, by)
            return ""

        return acted(alert_id, move)


def view_queue(tx: Transaction, office: ConsoleOffice, asked: Asked) -> QueueView:
    """The queue as an address asks for it."""
    now = office.clock.now()
    narrowed = filter_of(tx, asked)
    found = _alerts(tx, asked, narrowed)
    strips = tuple(view_strip(matter, office, now) for matter in read_matters(tx, found[: asked.rows], now))
    counts = _counts(tx, asked, narrowed, len(found))
    filters = view_filters(tx, office, asked)
    return QueueView(
        view=asked.view.value,
        views=tuple(
            ViewChip(words=view.label, href=asked.address(view), count=counts.get(view, 0), chosen=view is asked.view)
            for view in View
            if view in counts
        ),
        filters=filters,
        query=asked.query,
        narrowed=asked.narrows,
        strips=strips,
        more=min(MOST_ROWS, asked.rows + ROWS) if counts[asked.view] > asked.rows < MOST_ROWS else 0,
        end_words=_end_words(tx, asked, len(strips), counts, now),
        empty_words=_empty_words(asked),
        handover=_handover_words(tx, now),
    )


def silence_end(choice: str, moment: str, now: datetime) -> datetime:
    """When a silence ends: after some hours, tomorrow morning, or at a stated Beijing time; else `NotAllowed`."""
    if choice in ("1h", "4h"):
        return now + timedelta(hours=int(choice[0]))
    if choice == "morning":
        local = beijing(now)
        morning = local.replace(hour=8, minute=0, second=0, microsecond=0)
        return (morning if morning > local else morning + timedelta(days=1)).astimezone(UTC)
    try:
        return written_moment(moment)
    except ValueError:
        raise NotAllowed("请写明静默到什么时刻，如 2026-11-22 08:00") from None


def _alerts(tx: Transaction, asked: Asked, to: QueueFilter) -> list[Alert]:
    most = asked.rows if limited_to() is None else _OTHERS_ROWS
    return _shown(tx, tx.alerts.narrowed(asked.view.filter(), to, limit=most))


def _shown(tx: Transaction, alerts: list[Alert]) -> list[Alert]:
    """Those that are for who asks; about sources only who is not limited to a unit is told."""
    shown = shown_matters(tx)
    return alerts if shown is None else [alert for alert in alerts if alert.concern in shown]


def _counts(tx: Transaction, asked: Asked, to: QueueFilter, found: int) -> dict[View, int]:
    """How many rows each view has that is offered to whoever asks."""
    if limited_to() is not None:
        return {asked.view: found}
    counts = tx.alerts.queue_counts(to, owner=who_asks())
    return {view: view.counted(counts) for view in View}


def _empty_words(asked: Asked) -> str:
    if asked.filters:
        return f"本筛选下没有{asked.view.label}的预警"
    return "现在没有在办事项" if asked.view is View.OPEN else f"现在没有{asked.view.label}的预警"


def _end_words(tx: Transaction, asked: Asked, shown: int, counts: dict[View, int], now: datetime) -> str:
    label, whole = asked.view.label, counts[asked.view]
    if whole > shown:
        return f"先列 {shown} 项，共 {whole} 项；处理后余下的会补上来"
    if asked.filters:
        return f"以上为本筛选下全部{label} {shown} 项"
    if limited_to() is not None:
        return f"以上为本单位全部{label} {shown} 项"
    morning = beijing(now).replace(hour=0, minute=0, second=0, microsecond=0)
    closed = sum(
        1
        for alert in tx.alerts.closed_since(morning - timedelta(days=7))
        if alert.closed_at and alert.closed_at >= morning
    )
    silent = f"，已静默 {counts[View.SILENCED]} 项" if asked.view is not View.SILENCED else ""
    return f"以上为全部{label} {shown} 项。{day(now)[:-3]} {time_of_day(now)} 止，今天已关闭 {closed} 项{silent}"


def _handover_words(tx: Transaction, now: datetime) -> str:
    """The hand-over of the last shift in one line; empty where there was none yet."""
    last = next(iter(tx.duty_log.last_handovers()), None)
    if last is None:
        return ""
    state = f"{last.confirmed.name}已接班" if last.confirmed else "待接班人确认"
    words = (
        f"{when(last.outgoing.at, now)} {last.outgoing.name}交{last.incoming}（{state}），在办 {len(last.matters)} 项"
    )
    return f"{words}。留意：{last.watch}"


def _preview(tx: Transaction, office: ConsoleOffice, alert_id: str, said: str = "") -> Preview:
    alert = tx.alerts.get(alert_id)
    if alert is None:
        raise HTTPException(404, "没有这条预警，它可能属于另一个数据目录")
    _must_see(tx, alert)
    now = office.clock.now()
    return view_preview(tx, read_matters(tx, [alert], now)[0], office, now, said)


def _must_see(tx: Transaction, alert: Alert) -> None:
    concern = tx.concerns.find(alert.concern) if alert.concern else None
    if concern:
        must_see_concern(tx, concern)
    elif limited_to() is not None:
        raise NotAllowed("信源故障由值班室处理，这里只有本单位的事项")


def _try(office: ConsoleOffice, alert_id: str, move: Move) -> tuple[str, int]:
    with office.register.reading() as tx:
        alert = tx.alerts.get(alert_id)
    if alert is None:
        raise HTTPException(404, "没有这条预警，它可能属于另一个数据目录")
    try:
        return move(alert), 200
    except NotAllowed as refusal:
        return str(refusal), 409
    except Stale:
        return "刚才有别的变更，没有办成。以下是最新情况，请再按一次", 409


def take_on(office: ConsoleOffice, alert: Alert, by: Person) -> None:
    """Acknowledge what somebody assigns or sends: they have plainly seen it, whoever else did so meanwhile."""
    if alert.needs_acknowledging:
        with suppress(NotAllowed):
            office.handling.acknowledge(alert.id, by=by)


def _seen(form: Fields) -> Stand | None:
    return Stand.read(form["seen"]) if form["seen"] else None
