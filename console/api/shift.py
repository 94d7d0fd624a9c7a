"""What is written down on a shift, by leaders, and for oneself: matters by hand, the log, 批示件, saved views."""

from fastapi import APIRouter
from pydantic import Field

from console.api import found
from console.api.bodies import Body, Line, Moment, Words
from console.api.moving import Empty, Move, add_moves
from console.office import ConsoleOffice
from huiying.concern import Concern
from huiying.duty_log import Handover, LogEntry, PhoneNotice
from huiying.failures import NotAllowed
from huiying.instruction import Instruction
from huiying.level import Level
from huiying.media_enquiry import MediaEnquiry
from huiying.permission import Action, role_for
from huiying.person import Person
from responders.shift.duty_log import Call
from responders.shift.written import Enquiry, Written, read_origin
from responders.tasks.instructing import Order


class AskedBy(Body):
    """媒体采访函."""

    medium: Line = Field(description="哪家媒体")
    contact: Line = Field(default="", description="联系人")
    question: Words = Field(description="问什么")
    due_at: Moment | None = Field(default=None, description="要求何时答复")


class Register(Body):
    """手工登记."""

    origin: Line = Field(description="来源：leader、cyberspace-office、call、screenshot、media-enquiry 或 other")
    title: Line = Field(description="标题，至多 60 字")
    what: Words = Field(description="何事，至多 2000 字")
    where: Line = Field(default="", description="何地")
    from_whom: Line = Field(description="来自哪个单位或渠道，不写个人")
    known_at: Moment = Field(description="获知时刻：对外时限从它起算")
    occurred_at: Moment | None = Field(default=None, description="事发时刻，不清楚的不填")
    level: Level = Field(description="预警级别")
    reason: Line = Field(description="为何定为这个级别")
    lead: Line | None = Field(default=None, description="责任单位简称，不清楚的不填")
    enquiry: AskedBy | None = Field(default=None, description="媒体采访函须填")


class Note(Body):
    """值班日志."""

    what: Words = Field(description="做了什么、发生了什么")
    at: Moment | None = Field(default=None, description="何时；不填为此刻")
    concern: Line | None = Field(default=None, description="关于哪个事项（id）；无关的不填")


class RecordCall(Body):
    """电话记录."""

    unit: Line = Field(description="打给哪个单位")
    whom: Line = Field(default="", description="何人接")
    number: Line = Field(description="哪个号码")
    said: Words = Field(default="", description="说了什么；接通的须写明")
    answered: bool = Field(default=True, description="是否接通")
    at: Moment | None = Field(default=None, description="何时；不填为此刻")
    concern: Line | None = Field(default=None, description="关于哪个事项（id）；无关的不填")


class HandOverShift(Body):
    """交班."""

    incoming: Line = Field(description="交给谁")
    watch: Words = Field(description="接班后要留意什么；没有的写“无”")


class AnswerEnquiry(Body):
    """答复媒体."""

    answer: Words = Field(description="如何答复")


class Instruct(Body):
    """批示."""

    concern: Line = Field(description="舆情事项（id）")
    text: Words = Field(description="批示原文")
    bureau: Line = Field(description="由哪个单位落实（简称）")
    what: Words = Field(description="要求做到什么")
    due_at: Moment = Field(description="何时报结果")
    from_whom: Line = Field(default="", description="代为登记的，写明谁的批示；本人批示不填")


class FinishInstruction(Body):
    """报告落实."""

    outcome: Words = Field(description="落实情况")


def shift_routes(office: ConsoleOffice) -> APIRouter:
    """Moves of the shift, and of leaders."""
    routes = APIRouter(prefix="/api")
    add_moves(routes, office, "事项", _registering(office))
    add_moves(routes, office, "值班", [*_logging(office), *_handing_over(office)])
    add_moves(routes, office, "批示", _instructing(office))
    return routes


def _registering(office: ConsoleOffice) -> list[Move]:
    def register(_: str, body: Register, by: Person) -> Concern:
        if body.lead and body.lead not in office.bureau_names:
            raise NotAllowed(f"没有责任单位“{body.lead}”，请重新选定")
        return office.registering.register(_written(body), by=by)

    return [
        Move(
            path="/concerns",
            action=Action.REGISTER_CONCERN,
            summary="手工登记事项",
            says="登记不经帖文而来的事项；个人信息自动遮蔽，举报和涉密内容不登记。",
            body=Register,
            example={
                "origin": "call",
                "title": "泉水街道自来水发黄",
                "what": "多名居民来电称水发黄有铁锈味",
                "where": "泉水街道",
                "from_whom": "街道办",
                "known_at": "2026-11-22T01:50:00+08:00",
                "level": "orange",
                "reason": "涉饮用水",
                "lead": "水务局",
            },
            gives=Concern,
            act=register,
        ),
        Move(
            path="/enquiries/{id:path}/answer",
            action=Action.REGISTER_CONCERN,
            summary="登记对媒体的答复",
            says="登记如何答复了媒体采访函。",
            body=AnswerEnquiry,
            example={"answer": "已发情况说明链接"},
            gives=MediaEnquiry,
            act=lambda id, body, by: office.registering.answer_enquiry(id, body.answer, by=by),
            about=found.enquiry,
        ),
    ]


def _logging(office: ConsoleOffice) -> list[Move]:
    log = office.duty_logging

    def note(_: str, body: Note, by: Person) -> LogEntry:
        return log.note(body.what, at=body.at or office.clock.now(), by=by, concern=_matter(office, body.concern))

    def call(_: str, body: RecordCall, by: Person) -> PhoneNotice:
        told = Call(
            unit=body.unit,
            whom=body.whom,
            number=body.number,
            said=body.said,
            answered=body.answered,
            at=body.at or office.clock.now(),
            concern=_matter(office, body.concern),
        )
        return log.record_call(told, by=by)

    return [
        Move(
            path="/log/entries",
            action=Action.KEEP_DUTY_LOG,
            summary="记值班日志",
            says="只记已经发生的；同一条再送不重复。",
            body=Note,
            example={"what": "02:10 电话提醒水务局报初报"},
            gives=LogEntry,
            act=note,
        ),
        Move(
            path="/log/calls",
            action=Action.KEEP_DUTY_LOG,
            summary="记电话",
            says="打给谁、说了什么；没有接通也记。",
            body=RecordCall,
            example={"unit": "市水务局", "whom": "值班员", "number": "0411-00000000", "said": "请派人到场"},
            gives=PhoneNotice,
            act=call,
        ),
    ]


def _handing_over(office: ConsoleOffice) -> list[Move]:
    log = office.duty_logging
    return [
        Move(
            path="/log/handovers",
            action=Action.KEEP_DUTY_LOG,
            summary="交班",
            says="记下此刻在办的事项，待接班人确认。",
            body=HandOverShift,
            example={"incoming": "周然", "watch": "06:00 供水恢复后复看"},
            gives=Handover,
            act=lambda _, body, by: log.hand_over(body.incoming, body.watch, by=by),
        ),
        Move(
            path="/log/handovers/{id:path}/confirm",
            action=Action.KEEP_DUTY_LOG,
            summary="接班",
            says="接班人确认已读。",
            body=Empty,
            example={},
            gives=Handover,
            act=lambda id, _, by: log.confirm(id, by=by),
            about=found.handover,
        ),
    ]


def _instructing(office: ConsoleOffice) -> list[Move]:
    def instruct(_: str, body: Instruct, by: Person) -> Instruction:
        concern = _matter(office, body.concern)
        if concern is None:
            raise NotAllowed("请写明是哪个舆情事项")
        order = Order(text=body.text, bureau=body.bureau, what=body.what, due_at=body.due_at)
        if role_for(by, Action.INSTRUCT) is not None:
            return office.instructing.instruct(concern, order, by=by)
        return office.instructing.record(concern, order, from_whom=body.from_whom, by=by)

    return [
        Move(
            path="/instructions",
            action=(Action.INSTRUCT, Action.REGISTER_CONCERN),
            summary="批示",
            says="领导本人批示，或值班员代为登记；成为可跟踪的批示件。",
            body=Instruct,
            example={
                "concern": "c-water",
                "text": "务必今晚恢复供水，及时告知居民。",
                "bureau": "水务局",
                "what": "恢复供水并公布水质",
                "due_at": "2026-11-22T12:00:00+08:00",
            },
            gives=Instruction,
            act=instruct,
        ),
        Move(
            path="/instructions/{id:path}/finish",
            action=(Action.HANDLE_TASK, Action.SUPERVISE),
            summary="报告批示落实",
            says="落实的单位或督办人员报告结果。",
            body=FinishInstruction,
            example={"outcome": "06:00 恢复供水，水质合格已公布"},
            gives=Instruction,
            act=lambda id, body, by: office.instructing.finish(id, outcome=body.outcome, by=by),
            about=found.instruction,
        ),
    ]


def _written(body: Register) -> Written:
    asked = body.enquiry
    enquiry = (
        Enquiry(medium=asked.medium, contact=asked.contact, question=asked.question, due_at=asked.due_at)
        if asked
        else None
    )
    return Written(
        origin=read_origin(body.origin),
        title=body.title,
        what=body.what,
        where=body.where,
        from_whom=body.from_whom,
        known_at=body.known_at,
        occurred_at=body.occurred_at,
        level=body.level,
        reason=body.reason,
        lead=body.lead or None,
        enquiry=enquiry,
    )


def _matter(office: ConsoleOffice, id: str | None) -> str | None:
    """The matter that something is about, as whoever writes it may see it."""
    if not id:
        return None
    with office.register.reading() as tx:
        return found.concern(tx, id).id
