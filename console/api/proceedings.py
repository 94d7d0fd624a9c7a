"""What people decide about a matter that runs: 研判, levels, moments, interruptions, evaluation, filing."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from console.api import found
from console.api.bodies import Body, Line, Moment, Words
from console.api.moving import Move, add_moves
from console.office import ConsoleOffice
from huiying.evaluation import Adoption, Promises
from huiying.level import EventLevel, OpinionLevel
from huiying.permission import Action
from huiying.person import Person
from huiying.proceeding import Proceeding
from responders.proceedings.evaluating import Judged
from responders.proceedings.stepping import Answered


class Appraise(Body):
    """研判."""

    outcome: Line = Field(description="去向，为该程序“研判”环节所列之一")
    reasons: Words = Field(default="", description="理由")
    participants: tuple[Line, ...] = Field(default=(), max_length=100, description="参加会商的单位")


class SetOpinionLevel(Body):
    """舆情等级."""

    level: OpinionLevel = Field(description="舆情等级")
    reasons: Words = Field(description="理由")


class RecordEventLevel(Body):
    """事件级别."""

    level: EventLevel | None = Field(description="认定的级别；null 为认定已撤销")
    authority: Line = Field(description="由谁认定")
    basis: Line = Field(description="认定依据，如文号")
    determined_at: Moment = Field(description="何时认定")


class CorrectOccurred(Body):
    """更正事发时刻."""

    at: Moment = Field(description="事发时刻")
    reasons: Words = Field(description="理由")


class RecordMet(Body):
    """登记办到."""

    clock: Line = Field(description="哪个时限（clocks 里的 step）")
    at: Moment = Field(description="何时办到")
    note: Words = Field(description="如何办到")


class Interrupt(Body):
    """中止时限."""

    clock: Line = Field(description="哪个时限（clocks 里的 step）")
    ground: Line = Field(description="法定事由，为该时限所列之一")
    reasons: Words = Field(description="理由")


class Resume(Body):
    """恢复时限."""

    clock: Line = Field(description="哪个时限（clocks 里的 step）")


class Evaluate(Body):
    """评估."""

    questions_answered: bool = Field(description="群众关切是否都已回应")
    questions_note: Words = Field(default="", description="没有都回应的，说明")
    promises: Promises = Field(description="承诺是否兑现")
    promises_note: Words = Field(default="", description="没有都兑现的，说明")
    adoption: Adoption = Field(description="采纳情况是否公开")
    adoption_note: Words = Field(default="", description="说明")


class Begin(Body):
    """另行启动."""

    procedure: Line = Field(description="办理程序（config/procedures 的 id）")


class DoStep(Body):
    """办理环节."""

    step: Line = Field(description="哪个环节（程序里的 id），没有自己的接口的才在这里办")
    outcome: Line | None = Field(default=None, description="结果，为该环节所列之一；没有列的不填")
    reasons: Words = Field(default="", description="理由")
    fields: dict[Line, Words] = Field(default={}, max_length=200, description="该环节表单各项的值，按项的 id")


class File(Body):
    """归档."""

    archive_term: Line = Field(description="保管期限，为该程序所列之一")


def proceeding_routes(office: ConsoleOffice) -> APIRouter:
    """Moves of `/api/proceedings`."""
    routes = APIRouter(prefix="/api")
    for moves in (_deciding, _of_moments, _interrupting, _stepping, _ending):
        add_moves(routes, office, "办理", moves(office))
    return routes


def _move(path: str, action: Action, summary: str, says: str, **more: Any) -> Move:
    """A move about one proceeding, which gives it back as it is then."""
    return Move(
        path=f"/proceedings/{{id:path}}/{path}",
        action=action,
        summary=summary,
        says=says,
        gives=Proceeding,
        about=found.proceeding,
        **more,
    )


def _deciding(office: ConsoleOffice) -> list[Move]:
    appraising = office.appraising
    return [
        _move(
            "appraise",
            Action.APPRAISE,
            "研判",
            "定去向：回应、只核查或不回应等，须写明理由；可以改定。",
            body=Appraise,
            example={
                "outcome": "public-answer",
                "reasons": "涉饮用水，关注上升",
                "participants": ["水务局", "卫生局"],
            },
            act=lambda id, body, by: appraising.appraise(
                id, outcome=body.outcome, reasons=body.reasons, participants=body.participants, by=by
            ),
        ),
        _move(
            "opinion-level",
            Action.APPRAISE,
            "定舆情等级",
            "舆情等级由人定，预警级别不自动改它。",
            body=SetOpinionLevel,
            example={"level": next(iter(OpinionLevel)).value, "reasons": "波及全市"},
            act=lambda id, body, by: appraising.set_opinion_level(id, body.level, reasons=body.reasons, by=by),
        ),
        _move(
            "event-level",
            Action.RECORD_EVENT_LEVEL,
            "记录事件级别",
            "记录主管部门的认定；特别重大、重大的有发布会时限。",
            body=RecordEventLevel,
            example={
                "level": next(iter(EventLevel)).value,
                "authority": "市应急管理局",
                "basis": "应急函〔2026〕12号",
                "determined_at": "2026-11-22T01:40:00+08:00",
            },
            act=lambda id, body, by: appraising.record_event_level(
                id,
                body.level,
                authority=body.authority,
                basis=body.basis,
                determined_at=body.determined_at,
                by=by,
            ),
        ),
    ]


def _of_moments(office: ConsoleOffice) -> list[Move]:
    appraising = office.appraising
    return [
        _move(
            "occurred",
            Action.APPRAISE,
            "更正事发时刻",
            "从事发起算的时限随之重算。",
            body=CorrectOccurred,
            example={"at": "2026-11-21T21:30:00+08:00", "reasons": "调度记录为准"},
            act=lambda id, body, by: appraising.correct_occurred(id, body.at, reasons=body.reasons, by=by),
        ),
        _move(
            "met",
            Action.APPRAISE,
            "登记时限办到",
            "由人说明的时限何时、如何办到。",
            body=RecordMet,
            example={"clock": "press-conference", "at": "2026-11-22T20:00:00+08:00", "note": "已举行发布会"},
            act=lambda id, body, by: appraising.record_met(id, body.clock, at=body.at, note=body.note, by=by),
        ),
    ]


def _interrupting(office: ConsoleOffice) -> list[Move]:
    interrupting = office.interrupting
    return [
        _move(
            "interrupt",
            Action.APPRAISE,
            "中止时限",
            "只能以该时限所列的法定事由中止。",
            body=Interrupt,
            example={"clock": "reply", "ground": "third-party", "reasons": "征求第三方意见"},
            act=lambda id, body, by: interrupting.interrupt(id, body.clock, body.ground, reasons=body.reasons, by=by),
        ),
        _move(
            "resume",
            Action.APPRAISE,
            "恢复时限",
            "中止的事由消除，时限继续计算。",
            body=Resume,
            example={"clock": "reply"},
            act=lambda id, body, by: interrupting.resume(id, body.clock, by=by),
        ),
    ]


def _stepping(office: ConsoleOffice) -> list[Move]:
    def do(id: str, body: DoStep, by: Person) -> Proceeding:
        answered = Answered(outcome=body.outcome, reasons=body.reasons, fields=body.fields)
        return office.stepping.do(id, body.step, answered, by=by)

    return [
        Move(
            path="/concerns/{id:path}/procedures",
            action=Action.APPRAISE,
            summary="另行启动办理程序",
            says="为事项的这一轮启动另一个办理程序。",
            body=Begin,
            example={"procedure": "information-request"},
            gives=Proceeding,
            act=lambda id, body, by: office.stepping.begin(id, body.procedure, by=by),
            about=found.concern,
        ),
        _move(
            "step",
            Action.DO_STEP,
            "办理环节",
            "按程序的表单办一个环节；须有程序为它指定的角色。",
            body=DoStep,
            example={"step": "accept", "reasons": "材料齐全", "fields": {"note": "已受理"}},
            act=do,
        ),
    ]


def _ending(office: ConsoleOffice) -> list[Move]:
    def evaluate(id: str, body: Evaluate, by: Person) -> Proceeding:
        judged = Judged(
            questions_answered=body.questions_answered,
            questions_note=body.questions_note,
            promises=body.promises,
            promises_note=body.promises_note,
            adoption=body.adoption,
            adoption_note=body.adoption_note,
        )
        return office.evaluating.evaluate(id, judged, by=by)

    return [
        _move(
            "evaluate",
            Action.EVALUATE,
            "评估",
            "回应之后评估；不如意的一项须说明。",
            body=Evaluate,
            example={
                "questions_answered": True,
                "promises": next(iter(Promises)).value,
                "adoption": next(iter(Adoption)).value,
            },
            act=evaluate,
        ),
        _move(
            "file",
            Action.FILE,
            "归档",
            "办结归档，定保管期限。",
            body=File,
            example={"archive_term": "ten"},
            act=lambda id, body, by: office.evaluating.file(id, body.archive_term, by=by),
        ),
    ]
