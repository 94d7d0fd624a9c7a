"""What a press officer does with a matter from its own page, without the way back to the queue: 知悉, 交办, 催办."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages
from console.seeing import found_concern
from console.strips import Matter
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.task import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskToMove:
    """A task that one key sends or urges."""

    task: str
    bureau: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernMoves:
    """Which of them the matter is open to now."""

    unclaimed: bool
    to_send: TaskToMove | None
    to_urge: TaskToMove | None


def view_moves(matter: Matter, office: ConsoleOffice) -> ConcernMoves:
    """What may be done about an alert's matter."""
    return ConcernMoves(
        unclaimed=matter.alert.needs_acknowledging,
        to_send=_to_move(matter.waiting_task, office),
        to_urge=_to_move(matter.sent_task, office),
    )


def _to_move(task: Task | None, office: ConsoleOffice) -> TaskToMove | None:
    return TaskToMove(task=task.id, bureau=office.bureau(task.bureau)) if task else None


def concern_move_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:  # noqa: ARG001 - every page is given both
    """`/concerns/{id}/claim`, `/send` and `/urge`, back to the matter's page."""
    routes = APIRouter(include_in_schema=False)
    fields = Annotated[Fields, Depends(read_fields)]

    @routes.post("/concerns/{concern}/claim", dependencies=needs(Action.HANDLE_ALERTS))
    def claim(concern: str, by: Acting) -> RedirectResponse:
        with office.register.reading() as tx:
            alerts = tx.alerts.for_concern(found_concern(tx, concern).id)
        if not alerts:
            raise NotAllowed("这个事项没有预警，不需要认领")
        office.handling.acknowledge(alerts[0].id, by=by)
        return done(office, by, f"/concerns/{concern}", "已认领，后续提醒停止")

    @routes.post("/concerns/{concern}/send", dependencies=needs(Action.ASSIGN))
    def send(concern: str, form: fields, by: Acting) -> RedirectResponse:
        task = office.assigning.send_task(_of(office, concern, form["task"]), by=by)
        return done(office, by, f"/concerns/{concern}", f"已交办{office.bureau(task.bureau)}")

    @routes.post("/concerns/{concern}/urge", dependencies=needs(Action.SUPERVISE))
    def urge(concern: str, form: fields, by: Acting) -> RedirectResponse:
        task = office.supervising.urge(_of(office, concern, form["task"]), words=form["words"], by=by)
        return done(office, by, f"/concerns/{concern}", f"已催办{office.bureau(task.bureau)}")

    return routes


def _of(office: ConsoleOffice, concern: str, task: str) -> str:
    """The task, where it is this matter's."""
    with office.register.reading() as tx:
        if task not in {each.id for each in tx.tasks.of_concern(found_concern(tx, concern).id)}:
            raise NotAllowed("这个事项没有这件任务，请刷新页面再办")
    return task
