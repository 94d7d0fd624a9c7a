"""How an answer is written, passes its gates and becomes public."""

from fastapi import APIRouter
from pydantic import Field

from console.api import found
from console.api.bodies import Body, Line, Moment, Words
from console.api.moving import Empty, Move, add_moves
from console.office import ConsoleOffice
from huiying.clarification import Clarification, ClarificationKind, Text
from huiying.gate import Conclusion, Gate
from huiying.permission import Action
from huiying.person import Person
from huiying.proceeding import Proceeding
from huiying.publication import Channel, Part, Published, QuestionAnswered
from huiying.release_review import Finding, Ground, Publicness, ReleaseReview
from huiying.review import GateRecord, Review
from responders.answers.decision import Decision
from responders.answers.ordering import Order
from responders.channels.reported import Appointment, Report

AT_THE_GATES = tuple(gate.action for gate in Gate)


class Open(Body):
    """起草."""

    concern: Line = Field(description="舆情事项（id）")
    kind: ClarificationKind = Field(description="稿种")
    bureau: Line = Field(description="起草单位简称")


class AfterText(Body):
    """接着所见的那一稿."""

    after: int = Field(ge=0, le=100_000, description="所见的最新一稿的号；还没有稿的为 0，其后又有新稿即不办（409）")


class WriteText(AfterText):
    """存稿."""

    title: Line = Field(description="标题")
    body: Words = Field(description="正文；按句切分，没有改的句子保留依据")


class Submit(AfterText):
    """送审."""

    note: Words = Field(default="", description="必备内容里没有的，在这里说明")


class Release(Body):
    """公开审查单."""

    grounds: dict[Ground, Finding] = Field(description="逐项审查：每一项都要选")
    publicness: Publicness = Field(default=Publicness.PROACTIVE, description="公开属性")
    removed: tuple[Line, ...] = Field(default=(), max_length=200, description="要删去的词句")
    consulted: Words = Field(default="", description="征求了谁的意见")
    referred_to: Line = Field(default="", description="报请谁确定")


class AtSeat(Body):
    """某一关某一席，对某一稿."""

    gate: Gate = Field(description="哪一关")
    seat: Line = Field(description="哪一席，见回应稿的 reviews")
    sha256: Line = Field(description="所读的那一稿的 sha256；不是最新一稿即不办（409）")


class Decide(AtSeat):
    """审签意见."""

    conclusion: Conclusion = Field(description="结论")
    remarks: Words = Field(default="", description="意见；不同意的须写明")
    release: Release | None = Field(default=None, description="公开审查这一关须填")


class Revoke(AtSeat):
    """撤回意见."""

    remarks: Words = Field(description="为何撤回")


class Reasons(Body):
    """须写明理由的."""

    reasons: Words = Field(description="理由")


class Questions(Body):
    """问答口径的一条."""

    question: Words = Field(description="问")
    answer: Words = Field(description="答")


class Publish(Body):
    """发布."""

    channel: Channel = Field(description="渠道")
    part: Part = Field(default=Part.FIRST, description="首报、续报、终报或更正")
    appointed_at: Moment | None = Field(default=None, description="发布会、访谈约定的时间")
    questions: tuple[Questions, ...] = Field(default=(), max_length=200, description="问答口径")


class ReportPublished(Body):
    """登记发布."""

    place: Line = Field(description="发在哪里")
    at: Moment = Field(description="何时发布")
    link: Line = Field(default="", description="链接")


def answer_routes(office: ConsoleOffice) -> APIRouter:
    """Moves of `/api/clarifications` and `/api/publications`."""
    routes = APIRouter(prefix="/api")
    for tag, moves in (("回应稿", _drafting), ("审签", _reviewing), ("发布", _publishing)):
        add_moves(routes, office, tag, moves(office))
    return routes


def _drafting(office: ConsoleOffice) -> list[Move]:
    drafting = office.drafting

    def open_one(_: str, body: Open, by: Person) -> Clarification:
        with office.register.reading() as tx:
            concern = found.concern(tx, body.concern)
        return drafting.open(concern.id, body.kind, body.bureau, by=by)

    return [
        Move(
            path="/clarifications",
            action=Action.DRAFT,
            summary="起草回应稿",
            says="开始一份回应稿；已有在办的，给出那一份。",
            body=Open,
            example={"concern": "c-water", "kind": "situation", "bureau": "水务局"},
            gives=Clarification,
            act=open_one,
        ),
        Move(
            path="/clarifications/{id:path}/holding-statement",
            action=Action.DRAFT,
            summary="生成首次回应口径",
            says="作为第一稿，每句带依据；已有稿的不再生成。",
            body=Empty,
            example={},
            gives=Text,
            act=lambda id, _, by: drafting.hold(id, by=by),
            about=found.clarification,
        ),
        Move(
            path="/clarifications/{id:path}/texts",
            action=Action.DRAFT,
            summary="存新的一稿",
            says="每存一次为新的一稿，旧稿不改。依据在起草页上关联。",
            body=WriteText,
            example={
                "after": 0,
                "title": "关于泉水街道自来水发黄的情况说明",
                "body": "昨晚泉水路供水管道爆裂。目前正在抢修。",
            },
            gives=Text,
            act=lambda id, body, by: drafting.write(id, body.title, body.body, after=body.after, by=by),
            about=found.clarification,
        ),
        Move(
            path="/clarifications/{id:path}/submit",
            action=Action.DRAFT,
            summary="送审",
            says="没有依据的句子不能送审，逐句说明缺什么。",
            body=Submit,
            example={"after": 2, "note": "恢复时间待检测结果，续报再公布"},
            gives=Clarification,
            act=lambda id, body, by: drafting.submit(id, after=body.after, by=by, note=body.note),
            about=found.clarification,
        ),
    ]


def _reviewing(office: ConsoleOffice) -> list[Move]:
    reviewing = office.reviewing
    seat = {"gate": "content", "seat": "propaganda", "sha256": "9f2c…（所读那一稿的 sha256）"}
    return [
        Move(
            path="/clarifications/{id:path}/decide",
            action=AT_THE_GATES,
            summary="审签",
            says="在自己的一关一席对所读的那一稿表示意见；稿子一改即须重审。",
            body=Decide,
            example=seat | {"conclusion": "agreed", "remarks": "同意"},
            gives=GateRecord,
            act=lambda id, body, by: reviewing.decide(_decision(id, body, body.conclusion, body.release), by=by),
            about=found.clarification,
        ),
        Move(
            path="/clarifications/{id:path}/revoke",
            action=AT_THE_GATES,
            summary="撤回意见",
            says="撤回自己的意见，公开之前可以。",
            body=Revoke,
            example=seat | {"remarks": "水质数据有误，重核"},
            gives=GateRecord,
            act=lambda id, body, by: reviewing.revoke(_decision(id, body, Conclusion.REVOKED), by=by),
            about=found.clarification,
        ),
        Move(
            path="/clarifications/{id:path}/expedite",
            action=Action.SIGN,
            summary="批准加急",
            says="三关同时送达、时限缩短，一关不少。",
            body=Reasons,
            example={"reasons": "涉饮用水安全"},
            gives=Review,
            act=lambda id, body, by: reviewing.expedite(id, reasons=body.reasons, by=by),
            about=found.clarification,
        ),
    ]


def _publishing(office: ConsoleOffice) -> list[Move]:
    publishing = office.publishing
    return [
        Move(
            path="/clarifications/{id:path}/publish",
            action=Action.PUBLISH,
            summary="发布",
            says="三关已过的最新一稿放行到一个渠道。",
            body=Publish,
            example={"channel": "website", "part": "first"},
            gives=Published,
            act=lambda id, body, by: publishing.publish(id, _order(body), by=by),
            about=found.clarification,
        ),
        Move(
            path="/clarifications/{id:path}/finish-following",
            action=Action.PUBLISH,
            summary="持续发布办结",
            says="不再有后续发布，须写明理由。",
            body=Reasons,
            example={"reasons": "终报已发布"},
            gives=Proceeding,
            act=lambda id, body, by: publishing.finish_following(id, reasons=body.reasons, by=by),
            about=found.clarification,
        ),
        Move(
            path="/publications/{id:path}/report",
            action=Action.PUBLISH,
            summary="登记人工发布",
            says="人工发布的，登记发在哪里、何时、链接。",
            body=ReportPublished,
            example={"place": "@大连发布", "at": "2026-11-22T06:10:00+08:00", "link": "https://weibo.example/1"},
            gives=Published,
            act=lambda id, body, by: publishing.report(
                id, Report(place=body.place, at=body.at, link=body.link.strip()), by=by
            ),
            about=found.publication,
        ),
        Move(
            path="/publications/{id:path}/withdraw",
            action=Action.PUBLISH,
            summary="撤下",
            says="从渠道撤下；曾经发布仍有记录。",
            body=Reasons,
            example={"reasons": "数据有误，另发更正"},
            gives=Published,
            act=lambda id, body, by: publishing.withdraw(id, reasons=body.reasons, by=by),
            about=found.publication,
        ),
    ]


def _decision(id: str, at: AtSeat, conclusion: Conclusion, release: Release | None = None) -> Decision:
    remarks = at.remarks if isinstance(at, Decide | Revoke) else ""
    return Decision(
        clarification=id,
        sha256=at.sha256,
        gate=at.gate,
        seat=at.seat,
        conclusion=conclusion,
        remarks=remarks,
        release=_release(release) if release and at.gate is Gate.RELEASE else None,
    )


def _release(said: Release) -> ReleaseReview:
    return ReleaseReview(
        grounds=said.grounds,
        publicness=said.publicness,
        removed=tuple(line.strip() for line in said.removed if line.strip()),
        consulted=said.consulted.strip(),
        referred_to=said.referred_to.strip(),
    )


def _order(said: Publish) -> Order:
    questions = tuple(
        QuestionAnswered(question=each.question.strip(), answer=each.answer.strip()) for each in said.questions
    )
    return Order(
        channel=said.channel, part=said.part, appointment=Appointment(at=said.appointed_at, questions=questions)
    )
