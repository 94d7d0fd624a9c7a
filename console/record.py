"""办理全程记录: one printable page of who knew, decided, signed and published, when and on what basis."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console import wording
from console.admitting import reads_evidence
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.seeing import found_concern
from huiying.concern import Concern
from huiying.procedure import Told
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from responders.proceedings.timeline import Entry, timeline
from responders.rules import PROCEDURE


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordLine:
    """One line: `day` stands only with the first line of its day."""

    day: str
    time: str
    told: str
    shape: str
    who: str
    what: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordView:
    """The whole page."""

    concern: str
    number: str
    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[RecordLine, ...]
    printed: str


def record_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns/{id}/record`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns/{concern}/record", dependencies=reads_evidence())
    def record(concern: str) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_record(tx, found_concern(tx, concern), office, office.clock.now())
            return pages.html("record.html", record=view, frame=frame(tx, office, "concerns"))

    return routes


def view_record(tx: Transaction, concern: Concern, office: ConsoleOffice, now: datetime) -> RecordView:
    """The record of one matter as it stands."""
    entries = timeline(tx, concern)
    return RecordView(
        concern=concern.id,
        number=concern.number,
        title=concern.title,
        facts=_facts(concern, tx.proceedings.of_concern(concern.id), office, len(entries)),
        lines=tuple(_line(entry, before) for entry, before in zip(entries, [None, *entries[:-1]], strict=True)),
        printed=wording.exact(now)[:16],
    )


def _facts(
    concern: Concern, proceedings: list[Proceeding], office: ConsoleOffice, count: int
) -> tuple[tuple[str, str], ...]:
    answering = [each for each in proceedings if each.procedure.id == PROCEDURE]
    last = (answering or proceedings)[-1] if proceedings else None
    titles = dict.fromkeys(f"{each.procedure.title}（第 {each.procedure.version} 版）" for each in proceedings)
    opinion = last.opinion_level.label if last and last.opinion_level else "未定"
    event = last.event_level.label if last and last.event_level else "未认定"
    closed = "在办"
    if last and last.closed_at:
        closed = f"{wording.exact(last.closed_at)[:16]} " + (f"并入事项{last.joined}" if last.joined else "归档")
    return (
        ("牵头单位", office.bureau(concern.lead)),
        ("协办单位", "、".join(office.bureau(short) for short in concern.co_handlers) or "—"),
        ("舆情等级", opinion),
        ("事件级别", event),
        ("办理程序", "、".join(titles) or "未开始"),
        ("状态", f"{closed}，第 {concern.episode} 轮，共 {count} 条记录"),
    )


def _line(entry: Entry, before: Entry | None) -> RecordLine:
    day = f"{wording.beijing(entry.at).year}年{wording.day(entry.at)}"
    same = before is not None and wording.beijing(before.at).date() == wording.beijing(entry.at).date()
    return RecordLine(
        day="" if same else day,
        time=wording.time_with_seconds(entry.at),
        told=entry.told.label,
        shape="strong" if entry.told in (Told.DECIDED, Told.SIGNED, Told.PUBLISHED) else "",
        who=wording.person(entry.who),
        what=entry.what,
        basis=entry.basis,
    )
