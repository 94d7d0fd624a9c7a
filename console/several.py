"""成批: one move on every ticked row of the queue. Each row answers for itself, and stands in the audit by itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_text_fields
from console.office import ConsoleOffice
from console.queue import silence_end, take_on
from console.rendering import Pages
from console.strips import Strip, read_matters, view_strip
from huiying.alert import Alert, Stand
from huiying.audit import Deed, Outcome, deed_of
from huiying.failures import NotAllowed, Stale
from huiying.permission import Action
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.task import TaskState

_MOST = 100
_ROW = "row:"
"""What begins the name of a ticked row's field; its alert follows, and its value is how that stood when ticked."""

Move = Callable[[Alert, Stand], str]
"""What is done with one row, and the words for it; `NotAllowed` says why not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowSaid:
    """What became of one ticked row."""

    alert: str
    title: str
    done: bool
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SeveralView:
    """What became of all of them, what could not be done first, with their rows as they stand now."""

    name: str
    said: tuple[RowSaid, ...]
    strips: tuple[Strip, ...]

    @property
    def done(self) -> int:
        """How many were done."""
        return sum(one.done for one in self.said)


def several_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/queue/several/…`: a move on every ticked row."""
    routes = APIRouter(include_in_schema=False)
    fields = Annotated[Fields, Depends(read_text_fields)]

    def acted(request: Request, form: Fields, by: Person, path: str) -> HTMLResponse:
        name, action, prepare = _MOVES[path]
        try:
            move, rows = prepare(office, form, by), _rows(form)
        except NotAllowed as refusal:
            return pages.html("_several_said.html", 409, refusal=str(refusal), several=None)
        audit = _Audit(office, request, by, action, path)
        audit.note(Outcome.ADMITTED, dict.fromkeys(rows, ""))
        said = tuple(_said(office, rows, move))
        audit.note(Outcome.REFUSED, {one.alert: one.words for one in said if not one.done})
        with office.register.reading() as tx:
            view = SeveralView(
                name=name,
                said=tuple(sorted(said, key=lambda one: one.done)),
                strips=_strips(tx, office, list(rows)),
            )
            return pages.html("_several_said.html", refusal="", several=view)

    def moves(path: str, action: Action) -> None:
        @routes.post(f"/queue/several/{path}", dependencies=needs(action))
        def several(request: Request, form: fields, by: Acting) -> HTMLResponse:
            return acted(request, form, by, path)

    for path, (_, action, _) in _MOVES.items():
        moves(path, action)
    return routes


def _claim(office: ConsoleOffice, _form: Fields, by: Person) -> Move:
    def move(alert: Alert, _seen: Stand) -> str:
        office.handling.acknowledge(alert.id, by=by)
        return "已认领"

    return move


def _silence(office: ConsoleOffice, form: Fields, by: Person) -> Move:
    until = silence_end(form["until"], form["moment"], office.clock.now())
    reason = _reason(form)

    def move(alert: Alert, seen: Stand) -> str:
        office.handling.silence(alert.id, until=until, reason=reason, by=by, seen=seen)
        return "已静默"

    return move


def _dismiss(office: ConsoleOffice, form: Fields, by: Person) -> Move:
    reason = _reason(form)

    def move(alert: Alert, seen: Stand) -> str:
        office.handling.dismiss(alert.id, reason=reason, by=by, seen=seen)
        return "已记为误报并关闭"

    return move


def _send(office: ConsoleOffice, _form: Fields, by: Person) -> Move:
    def move(alert: Alert, _seen: Stand) -> str:
        with office.register.reading() as tx:
            tasks = tx.tasks.of_alerts([alert.id]).get(alert.id, ())
        task = next((task for task in tasks if task.state is TaskState.WAITING), None)
        if task is None:
            sent = next((task for task in tasks if task.state is TaskState.SENT), None)
            raise NotAllowed(
                f"已由{sent.sent_by}交办{office.bureau(sent.bureau)}" if sent else "还没有明确责任单位，请逐条指定"
            )
        office.assigning.send_task(task.id, by=by)
        take_on(office, alert, by)
        return f"已交办{office.bureau(task.bureau)}"

    return move


Prepare = Callable[[ConsoleOffice, Fields, Person], Move]

_MOVES: Mapping[str, tuple[str, Action, Prepare]] = {
    "claim": ("认领", Action.HANDLE_ALERTS, _claim),
    "silence": ("静默", Action.HANDLE_ALERTS, _silence),
    "dismiss": ("非预警", Action.HANDLE_ALERTS, _dismiss),
    "send": ("交办", Action.ASSIGN, _send),
}


def _reason(form: Fields) -> str:
    reason = form["reason"].strip()
    if not reason:
        raise NotAllowed("请写明理由，它写在每一项的记录里")
    return reason


def _rows(form: Fields) -> dict[str, Stand]:
    rows = {
        name.removeprefix(_ROW): Stand.read(value) for name, value in form.pairs if name.startswith(_ROW) and value
    }
    if not rows:
        raise NotAllowed("没有勾选任何一项，请用空格键或方框勾选后再办")
    if len(rows) > _MOST:
        raise NotAllowed(f"一次最多办 {_MOST} 项，请分几次办")
    return rows


def _said(office: ConsoleOffice, rows: Mapping[str, Stand], move: Move) -> Iterator[RowSaid]:
    with office.register.reading() as tx:
        alerts = tx.alerts.many(rows)
    for id, seen in rows.items():
        alert = alerts.get(id)
        if alert is None:
            yield RowSaid(alert=id, title=id, done=False, words="没有这条预警，它可能属于另一个数据目录")
            continue
        try:
            yield RowSaid(alert=id, title=alert.title, done=True, words=move(alert, seen))
        except NotAllowed as refusal:
            yield RowSaid(alert=id, title=alert.title, done=False, words=str(refusal))
        except Stale:
            yield RowSaid(alert=id, title=alert.title, done=False, words="刚才有别的变更，没有办，请看过再按")


def _strips(tx: Transaction, office: ConsoleOffice, ids: Sequence[str]) -> tuple[Strip, ...]:
    now = office.clock.now()
    return tuple(
        view_strip(matter, office, now) for matter in read_matters(tx, list(tx.alerts.many(ids).values()), now)
    )


class _Audit:
    """A row of the audit for every ticked row, as if each had been pressed by itself."""

    def __init__(self, office: ConsoleOffice, request: Request, by: Person, action: Action, path: str) -> None:
        self._office = office
        self._address = request.client.host if request.client else ""
        self._by = by
        self._action = action
        self._path = path

    def note(self, outcome: Outcome, rows: Mapping[str, str]) -> None:
        """The same outcome for some rows, each with its words."""
        with self._office.register.transaction() as tx:
            for alert, words in rows.items():
                tx.audit.add(self._deed(alert, outcome, words))

    def _deed(self, alert: str, outcome: Outcome, words: str) -> Deed:
        subject = f"/queue/{self._path}/{alert}"
        return deed_of(self._by, self._action.value, subject, outcome, note=words, address=self._address)
