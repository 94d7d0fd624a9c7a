"""What press officers do with alerts and with whose a matter is."""

from fastapi import APIRouter
from pydantic import Field

from console.api import found
from console.api.bodies import Body, Line, Moment
from console.api.moving import Empty, Move, add_moves
from console.office import ConsoleOffice
from huiying.alert import Alert
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.person import Person
from huiying.task import Task


class Silence(Body):
    """静默."""

    until: Moment = Field(description="静默到何时，须在此刻之后；ISO 8601，不带时区按北京时间")
    reason: Line = Field(description="为何静默")


class Close(Body):
    """关闭."""

    reason: Line = Field(description="为何关闭")
    false_alarm: bool = Field(default=False, description="true：误报，记为对预警的更正")


class Lead(Body):
    """明确责任单位."""

    bureau: Line = Field(description="责任单位简称")


class NewLead(Lead):
    """更正牵头单位."""

    reason: Line = Field(description="为何更正")


class Merge(Body):
    """并入."""

    into: Line = Field(description="并入哪个事项（id）")
    note: Line = Field(description="为何并入")


class Split(Body):
    """拆分."""

    posts: tuple[Line, ...] = Field(min_length=1, max_length=500, description="拆出去的帖文（id）")
    note: Line = Field(description="为何拆分")


def alert_routes(office: ConsoleOffice) -> APIRouter:
    """Moves of `/api/alerts` and `/api/concerns`."""
    routes = APIRouter(prefix="/api")
    add_moves(routes, office, "预警", _of_alerts(office))
    add_moves(routes, office, "事项", _of_leads(office))
    add_moves(routes, office, "事项", _of_groups(office))
    return routes


def _of_alerts(office: ConsoleOffice) -> list[Move]:
    def close(id: str, body: Close, by: Person) -> Alert:
        end = office.handling.dismiss if body.false_alarm else office.handling.close
        return end(id, reason=body.reason, by=by)

    return [
        Move(
            path="/alerts/{id:path}/acknowledge",
            action=Action.HANDLE_ALERTS,
            summary="知悉预警",
            says="认领这条预警，其后不再为它催通知。",
            body=Empty,
            example={},
            gives=Alert,
            act=lambda id, _, by: office.handling.acknowledge(id, by=by),
            about=found.alert,
        ),
        Move(
            path="/alerts/{id:path}/silence",
            action=Action.HANDLE_ALERTS,
            summary="静默预警",
            says="到约定时刻之前不再提醒；级别升高即恢复。",
            body=Silence,
            example={"until": "2026-11-22T08:00:00+08:00", "reason": "抢修中，早八点复看"},
            gives=Alert,
            act=lambda id, body, by: office.handling.silence(id, until=body.until, reason=body.reason, by=by),
            about=found.alert,
        ),
        Move(
            path="/alerts/{id:path}/close",
            action=Action.HANDLE_ALERTS,
            summary="关闭预警",
            says="关闭须写明原因；误报另记为更正。",
            body=Close,
            example={"reason": "已恢复供水", "false_alarm": False},
            gives=Alert,
            act=close,
            about=found.alert,
        ),
    ]


def _of_leads(office: ConsoleOffice) -> list[Move]:
    return [
        Move(
            path="/concerns/{id:path}/lead",
            action=Action.ASSIGN,
            summary="明确责任单位并交办",
            says="开出并发出该单位的任务；它待发的任务即发出，别的单位待发的即关闭。",
            body=Lead,
            example={"bureau": "水务局"},
            gives=Task,
            act=lambda id, body, by: office.assigning.assign_lead(id, body.bureau, by=by),
            about=found.concern,
        ),
        Move(
            path="/concerns/{id:path}/correct-lead",
            action=Action.ASSIGN,
            summary="更正牵头单位",
            says="原单位的任务撤回，新单位接办，对外时限不变；作为更正供下次训练。",
            body=NewLead,
            example={"bureau": "环保局", "reason": "涉水源地，由环保局牵头"},
            gives=Concern,
            act=lambda id, body, by: office.assigning.correct_lead(id, body.bureau, reason=body.reason, by=by),
            about=found.concern,
        ),
    ]


def _of_groups(office: ConsoleOffice) -> list[Move]:
    def merge(id: str, body: Merge, by: Person) -> Concern:
        _must_have_reason(body.note, "并入")
        with office.register.reading() as tx:
            loser, winner = found.concern(tx, id), found.concern(tx, body.into)
        if winner.id == loser.id:
            raise NotAllowed("这就是本事项，请填另一个事项")
        return office.correcting.merge(loser.id, winner.id, by=by, note=body.note)

    def split(id: str, body: Split, by: Person) -> Concern:
        _must_have_reason(body.note, "拆分")
        with office.register.reading() as tx:
            whole = found.concern(tx, id)
        if len(set(body.posts)) >= whole.posts:
            raise NotAllowed("至少要留下一条：全部拆出去还是同一件事")
        chosen = office.archive.get(body.posts)
        return office.correcting.split(whole.id, list(chosen.values()), by=by, note=body.note)

    return [
        Move(
            path="/concerns/{id:path}/merge",
            action=Action.CORRECT_JUDGEMENTS,
            summary="并入另一事项",
            says="两件是同一件事：帖文、任务归入另一件，给出并入后的那一件。",
            body=Merge,
            example={"into": "c-water", "note": "同一处爆管"},
            gives=Concern,
            act=merge,
            about=found.concern,
        ),
        Move(
            path="/concerns/{id:path}/split",
            action=Action.CORRECT_JUDGEMENTS,
            summary="拆出另一事项",
            says="所列帖文是另一件事，给出拆出来的那一件。",
            body=Split,
            example={"posts": ["p1"], "note": "说的是另一个小区"},
            gives=Concern,
            act=split,
            about=found.concern,
        ),
    ]


def _must_have_reason(note: str, move: str) -> None:
    if not note.strip():
        raise NotAllowed(f"{move}须写明理由")
