"""通知: what one is told oneself, and what went out by the channels: where each stands, its tries, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs, signed_in
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.notice import CONSOLE, GROUP, About, Notice, NoticeState
from huiying.permission import Action
from huiying.policy.channels import Channel, ChannelRules
from huiying.register.register import Transaction
from responders.notices.lines import facts_of, line_of

_ROWS = 100
_SHAPES = {
    NoticeState.WAITING: "todo",
    NoticeState.SENDING: "warn",
    NoticeState.SENT: "ok",
    NoticeState.FAILED: "bad",
    NoticeState.STOPPED: "ghost",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeRow:
    """One notice as a row."""

    level: str
    head: str
    link: str
    about: str
    when: str
    channel: str
    person: str
    attempts: int
    said: str
    state: StateView


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelRow:
    """One channel: whether it is in use, how many of its notices stand where, and what it last said."""

    name: str
    title: str
    in_use: StateView
    waiting: int
    sent: int
    failed: int
    stopped: int
    last_failure: str
    failed_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticesView:
    """The whole page."""

    outgoing: bool
    failed_only: bool
    address: str
    channels: tuple[ChannelRow, ...]
    rows: tuple[NoticeRow, ...]
    cut: bool


def notice_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/notices`: those for oneself; `?view=channels` those that went out; and trying a channel."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/notices", dependencies=signed_in())
    def notices(by: Acting, view: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            shown = view_notices(tx, office, view, by.id)
            return pages.html("notices.html", told=shown, frame=frame(tx, office, "notices"))

    @routes.post("/notices/try", dependencies=needs(Action.TRY_CHANNELS))
    def try_channel(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
        notice = office.trying.try_channel(form["channel"], by=by)
        words = f"试发通知已交给{_title(office, notice.channel)}，结果见下面第一行"
        return done(office, by, "/notices?view=channels", words)

    return routes


def view_notices(tx: Transaction, office: ConsoleOffice, view: str, person: str) -> NoticesView:
    """The page, for the person who looks at it."""
    now, outgoing = office.clock.now(), view in ("channels", "failed")
    found = _outgoing(tx, office, view) if outgoing else tx.notices.of_person(person, CONSOLE, _ROWS)
    return NoticesView(
        outgoing=outgoing,
        failed_only=view == "failed",
        address=f"/notices?view={view}" if outgoing else "/notices",
        channels=_channels(tx, office.trying.channels, now) if outgoing else (),
        rows=_rows(tx, office, found, now),
        cut=len(found) >= _ROWS,
    )


def _outgoing(tx: Transaction, office: ConsoleOffice, view: str) -> list[Notice]:
    names = [channel.name for channel in office.trying.channels.channels]
    states = [NoticeState.FAILED] if view == "failed" else list(NoticeState)
    return tx.notices.newest(names, states, _ROWS)


def _rows(tx: Transaction, office: ConsoleOffice, found: Sequence[Notice], now: datetime) -> tuple[NoticeRow, ...]:
    facts = facts_of(tx, found)
    lines = [line_of(notice, facts, "", now) for notice in found]
    return tuple(
        NoticeRow(
            level="" if notice.about is About.TRIAL else facts.levels.get(notice.alert or "", notice.level).value,
            head=line.head,
            link=line.link,
            about=notice.about.label,
            when=wording.when(notice.made_at, now),
            channel=_title(office, notice.channel),
            person="全群" if notice.person == GROUP else notice.person,
            attempts=notice.attempts,
            said=notice.said,
            state=_state(notice, now),
        )
        for notice, line in zip(found, lines, strict=True)
    )


def _state(notice: Notice, now: datetime) -> StateView:
    if notice.state is NoticeState.WAITING and notice.send_at > now:
        return StateView(words=f"{wording.when(notice.send_at, now)} 发", shape="todo")
    return StateView(words=notice.state.label, shape=_SHAPES[notice.state])


def _channels(tx: Transaction, rules: ChannelRules, now: datetime) -> tuple[ChannelRow, ...]:
    counts = tx.notices.counts()
    return tuple(_channel(tx, channel, counts.get(channel.name, {}), now) for channel in rules.channels)


def _channel(tx: Transaction, channel: Channel, counts: dict[NoticeState, int], now: datetime) -> ChannelRow:
    failure = tx.notices.last_failure(channel.name) if counts else None
    return ChannelRow(
        name=channel.name,
        title=channel.title,
        in_use=StateView(words="启用", shape="ok") if channel.enabled else StateView(words="停用", shape="ghost"),
        waiting=counts.get(NoticeState.WAITING, 0) + counts.get(NoticeState.SENDING, 0),
        sent=counts.get(NoticeState.SENT, 0),
        failed=counts.get(NoticeState.FAILED, 0),
        stopped=counts.get(NoticeState.STOPPED, 0),
        last_failure=failure.words if failure else "",
        failed_at=wording.when(failure.ended_at, now) if failure and failure.ended_at else "",
    )


def _title(office: ConsoleOffice, name: str) -> str:
    found = (channel.title for channel in office.trying.channels.channels if channel.name == name)
    return next(found, "控制台" if name == CONSOLE else name)
