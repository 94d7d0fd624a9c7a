"""What the office and the bureaus do with tasks."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from console.api import found
from console.api.bodies import Body, Line, Moment, Seen, Words
from console.api.moving import Empty, Move, add_moves
from console.office import ConsoleOffice
from huiying.finding import Finding, FindingKind, FindingWords
from huiying.permission import Action
from huiying.person import Person
from huiying.supervision import Supervision
from huiying.task import Task


class AsSeen(Body):
    """按所见的版本办."""

    seen: Seen


class WithReason(AsSeen):
    """须说明理由的."""

    reason: Line = Field(description="理由")


class AcceptReturn(AsSeen):
    """同意退回."""

    bureau: Line = Field(default="", description="改派哪个单位；不填为只同意退回")


class Urge(AsSeen):
    """催办."""

    words: Line = Field(default="", description="催办时说的话")


class Supervise(Body):
    """督办."""

    asked: Words = Field(description="督办要求")
    due_at: Moment | None = Field(default=None, description="要求何时答复；不填按本单位规定")


class HandOver(AsSeen):
    """移交经办人."""

    to: Line = Field(description="移交给谁")


class Extend(WithReason):
    """申请延期."""

    step: Line = Field(description="哪个时限（任务 clocks 里的 step），对外时限不能延")
    until: Moment = Field(description="延到何时")


class HandDown(AsSeen):
    """二级转办."""

    unit: Line = Field(description="转给哪个下级单位")
    contact: Line = Field(default="", description="联系人")
    what: Words = Field(description="要求办什么")
    due_at: Moment = Field(description="何时答复")


class HandedDownAnswer(AsSeen):
    """二级转办的答复."""

    number: int = Field(ge=1, le=1000, description="第几次转办")
    answer: Words = Field(description="答复")


class WriteFinding(Body):
    """核查处置情况反馈."""

    kind: FindingKind = Field(description="初报、续报或办结")
    facts: Words = Field(description="事实")
    measures: Words = Field(description="措施")
    next_steps: Words = Field(description="下一步")
    responsible: Line = Field(description="责任人")


class ReportUpward(Body):
    """登记上报."""

    to: Line = Field(description="报给谁")
    how: Line = Field(description="以何种方式")


class AnswerSupervision(Body):
    """答复督办."""

    answer: Words = Field(description="答复")


_REASON = {"reason": "管网属产权单位，非本局职责", "seen": 2}


def task_routes(office: ConsoleOffice) -> APIRouter:
    """Moves of `/api/tasks`, `/api/findings` and `/api/supervisions`."""
    routes = APIRouter(prefix="/api")
    for moves in (_sending, _deciding, _supervising, _taking, _asking, _handing_down, _finding):
        add_moves(routes, office, "任务", moves(office))
    return routes


def _task(path: str, action: Action, summary: str, says: str, **more: Any) -> Move:
    """A move about one task, which gives it back as it is then."""
    parts: dict[str, Any] = {"body": AsSeen, "example": {"seen": 2}} | more
    return Move(
        path=f"/tasks/{{id:path}}/{path}",
        action=action,
        summary=summary,
        says=says,
        gives=Task,
        about=found.task,
        **parts,
    )


def _sending(office: ConsoleOffice) -> list[Move]:
    return [
        _task(
            "send",
            Action.ASSIGN,
            "发出待发的任务",
            "把等待确认的任务交办给它的单位。",
            body=Empty,
            example={},
            act=lambda id, _, by: office.assigning.send_task(id, by=by),
        ),
        _task(
            "withdraw",
            Action.ASSIGN,
            "撤回任务",
            "撤回已交办的任务，须写明理由。",
            body=WithReason,
            example={"reason": "重复交办"},
            act=lambda id, body, by: office.assigning.withdraw_task(id, reason=body.reason, by=by),
        ),
        _task(
            "finish",
            Action.ASSIGN,
            "办结任务",
            "反馈收妥后由值班员办结。",
            act=lambda id, body, by: office.deciding.finish_task(id, by=by, seen=body.seen),
        ),
        _task(
            "designate",
            Action.ASSIGN,
            "指定承办",
            "职责有争议时指定该单位承办，其后不能再退回。",
            act=lambda id, body, by: office.deciding.designate(id, by=by, seen=body.seen),
        ),
    ]


def _deciding(office: ConsoleOffice) -> list[Move]:
    deciding = office.deciding
    return [
        _task(
            "accept-return",
            Action.DECIDE_RETURN,
            "同意退回",
            "同意单位的退回申请，可同时改派。",
            body=AcceptReturn,
            example={"bureau": "建委", "seen": 3},
            act=lambda id, body, by: deciding.accept_return(id, bureau=body.bureau, by=by, seen=body.seen),
        ),
        _task(
            "refuse-return",
            Action.DECIDE_RETURN,
            "不同意退回",
            "驳回退回申请，须写明理由。",
            body=WithReason,
            example=_REASON,
            act=lambda id, body, by: deciding.refuse_return(id, reason=body.reason, by=by, seen=body.seen),
        ),
        _task(
            "grant-extension",
            Action.DECIDE_EXTENSION,
            "同意延期",
            "只延对内时限，对外时限不变。",
            act=lambda id, body, by: deciding.grant_extension(id, by=by, seen=body.seen),
        ),
        _task(
            "refuse-extension",
            Action.DECIDE_EXTENSION,
            "不同意延期",
            "驳回延期申请，须写明理由。",
            body=WithReason,
            example=_REASON,
            act=lambda id, body, by: deciding.refuse_extension(id, reason=body.reason, by=by, seen=body.seen),
        ),
    ]


def _supervising(office: ConsoleOffice) -> list[Move]:
    supervising = office.supervising
    return [
        _task(
            "urge",
            Action.SUPERVISE,
            "催办",
            "提醒单位抓紧，记入任务。",
            body=Urge,
            example={"words": "请今晚报初报", "seen": 2},
            act=lambda id, body, by: supervising.urge(id, words=body.words, by=by, seen=body.seen),
        ),
        Move(
            path="/tasks/{id:path}/supervise",
            action=Action.SUPERVISE,
            summary="督办",
            says="发督办通知，单位须书面答复。",
            body=Supervise,
            example={"asked": "说明逾期原因和恢复供水时间", "due_at": "2026-11-22T18:00:00+08:00"},
            gives=Supervision,
            act=lambda id, body, by: supervising.supervise(id, asked=body.asked, due_at=body.due_at, by=by),
            about=found.task,
        ),
        Move(
            path="/supervisions/{id:path}/answer",
            action=Action.WRITE_FINDING,
            summary="答复督办",
            says="单位对督办的书面答复。",
            body=AnswerSupervision,
            example={"answer": "爆管点已修复，六时恢复供水"},
            gives=Supervision,
            act=lambda id, body, by: supervising.answer(id, answer=body.answer, by=by),
            about=found.supervision,
        ),
    ]


def _taking(office: ConsoleOffice) -> list[Move]:
    desk = office.desk
    return [
        _task(
            "sign-in",
            Action.SIGN_IN_TASK,
            "签收",
            "本单位签收任务。",
            act=lambda id, body, by: desk.sign_in(id, by=by, seen=body.seen),
        ),
        _task(
            "begin",
            Action.HANDLE_TASK,
            "开始办理",
            "记下本单位已开始办理。",
            act=lambda id, body, by: desk.begin(id, by=by, seen=body.seen),
        ),
        _task(
            "hand-over",
            Action.HANDLE_TASK,
            "移交经办人",
            "在本单位内换人办理。",
            body=HandOver,
            example={"to": "陈果", "seen": 2},
            act=lambda id, body, by: desk.hand_over(id, to=body.to, by=by, seen=body.seen),
        ),
    ]


def _asking(office: ConsoleOffice) -> list[Move]:
    desk = office.desk
    return [
        _task(
            "ask-return",
            Action.RETURN_TASK,
            "申请退回",
            "答复之前仍由本单位办理（首接负责）。",
            body=WithReason,
            example=_REASON,
            act=lambda id, body, by: desk.ask_return(id, reason=body.reason, by=by, seen=body.seen),
        ),
        _task(
            "ask-extension",
            Action.ASK_EXTENSION,
            "申请延期",
            "申请延长对内时限；答复之前按原时限。",
            body=Extend,
            example={"step": "reply", "until": "2026-11-22T12:00:00+08:00", "reason": "待水质检测结果", "seen": 2},
            act=lambda id, body, by: desk.ask_extension(
                id, step=body.step, until=body.until, reason=body.reason, by=by, seen=body.seen
            ),
        ),
    ]


def _handing_down(office: ConsoleOffice) -> list[Move]:
    desk = office.desk
    return [
        _task(
            "hand-down",
            Action.HAND_DOWN,
            "二级转办",
            "转给下级单位办，答复由本单位登记。",
            body=HandDown,
            example={
                "unit": "自来水集团",
                "contact": "值班调度",
                "what": "查清爆管点，报恢复时间",
                "due_at": "2026-11-22T09:00:00+08:00",
                "seen": 2,
            },
            act=lambda id, body, by: desk.hand_down(
                id,
                unit=body.unit,
                contact=body.contact,
                what=body.what,
                due_at=body.due_at,
                by=by,
                seen=body.seen,
            ),
        ),
        _task(
            "handed-down-answer",
            Action.HAND_DOWN,
            "登记二级转办的答复",
            "登记下级单位的答复。",
            body=HandedDownAnswer,
            example={"number": 1, "answer": "爆管点在泉水路，六时修复", "seen": 3},
            act=lambda id, body, by: desk.record_answer(id, body.number, answer=body.answer, by=by, seen=body.seen),
        ),
    ]


def _finding(office: ConsoleOffice) -> list[Move]:
    reporting = office.reporting

    def write(id: str, body: WriteFinding, by: Person) -> Finding:
        words = FindingWords(
            facts=body.facts.strip(),
            measures=body.measures.strip(),
            next_steps=body.next_steps.strip(),
            responsible=body.responsible.strip(),
        )
        return reporting.write(id, body.kind, words, by=by)

    return [
        Move(
            path="/tasks/{id:path}/findings",
            action=Action.WRITE_FINDING,
            summary="填核查处置情况反馈",
            says="写下事实、措施、下一步和责任人，待单位负责人签字；没有签的再写即改写。",
            body=WriteFinding,
            example={
                "kind": next(iter(FindingKind)).value,
                "facts": "泉水路DN600管道爆裂，影响约三千户",
                "measures": "已关阀抢修，送水车三辆到位",
                "next_steps": "六时恢复供水，水质检测后公布",
                "responsible": "市水务局供水处",
            },
            gives=Finding,
            act=write,
            about=found.task,
        ),
        Move(
            path="/findings/{id:path}/sign",
            action=Action.SIGN_FINDING,
            summary="签核查处置情况反馈",
            says="单位负责人签字，其后值班员和回应稿都能看到。",
            body=AsSeen,
            example={"seen": 1},
            gives=Finding,
            act=lambda id, body, by: reporting.sign(id, by=by, seen=body.seen),
            about=found.finding,
        ),
        Move(
            path="/findings/{id:path}/report",
            action=Action.REPORT_UPWARD,
            summary="登记首报、续报、终报",
            says="登记这份反馈已报给谁、如何报。",
            body=ReportUpward,
            example={"to": "市政府总值班室", "how": "传真"},
            gives=Finding,
            act=lambda id, body, by: reporting.report(id, to=body.to, how=body.how, by=by),
            about=found.finding,
        ),
    ]
