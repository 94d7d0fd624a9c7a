"""Channels without a machine interface: a person makes the text public there and reports where and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from huiying.failures import NotAllowed
from huiying.publication import Channel, QuestionAnswered


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What somebody reports of a publication that they made by hand."""

    place: str
    at: datetime
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """When a press conference or an interview takes place, with its sheet of questions and answers 问答口径."""

    at: datetime | None = None
    questions: tuple[QuestionAnswered, ...] = field(default=())


_PLACES: Mapping[Channel, str] = {
    Channel.MICROBLOG: "哪个政务微博账号",
    Channel.GAZETTE: "公报哪一期、第几页",
    Channel.PRESS: "哪家报刊、广播或电视，哪一版或哪个栏目",
    Channel.CONFERENCE: "在哪里举行、谁发布",
    Channel.INTERVIEW: "哪个访谈栏目、谁受访",
    Channel.HOTLINE: "12345 工单编号",
    Channel.WHERE_ASKED: "原提问的网页、版块或留言编号",
    Channel.WEBSITE: "网站的哪个栏目",
}
_APPOINTED = frozenset({Channel.CONFERENCE, Channel.INTERVIEW})


def place_asked(channel: Channel) -> str:
    """What to write about the place, for the label of its field."""
    return _PLACES[channel]


def is_appointed(channel: Channel) -> bool:
    """Whether it takes place at an appointed time, with questions."""
    return channel in _APPOINTED


def must_be_appointed(channel: Channel, appointment: Appointment, now: datetime) -> None:
    """A press conference and an interview need a time to come and what will be answered."""
    if not is_appointed(channel):
        return
    if appointment.at is None or appointment.at <= now:
        raise NotAllowed(f"{channel.label}须约定此刻之后的时间")
    if not appointment.questions:
        raise NotAllowed(f"{channel.label}须备好问答口径，至少一问一答")


def must_be_complete(channel: Channel, report: Report, released_at: datetime, now: datetime) -> None:
    """`NotAllowed` where a report lacks its place, or tells of a time that cannot be."""
    if not report.place.strip():
        raise NotAllowed(f"登记发布须写明：{place_asked(channel)}")
    if report.at > now:
        raise NotAllowed("发布时间在此刻之后，请在发布之后登记")
    if report.at < released_at:
        raise NotAllowed("发布时间早于放行的时间：未过三道关不得发布，请核对；确已先发的，按更正和检讨程序处理")
    if report.link and not report.link.startswith(("http://", "https://")):
        raise NotAllowed("链接应以 http:// 或 https:// 开头")
