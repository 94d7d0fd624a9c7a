"""死信: messages that a stage could not handle, said again or dropped with a reason.

Whoever looks after the system sees which they are and why; the words in them are evidence, for those who may read it.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs, reads_evidence
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.audit import Outcome, deed_of
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.register.deadletters import DeadLetter
from huiying.retrying import retry_dead_letters

_MOST = 200
_LONGEST = 100_000

Form = Annotated[Fields, Depends(read_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRow:
    """One dead letter, without what is in it."""

    id: int
    stage: str
    topic: str
    key: str
    reason: str
    bug: bool
    when: str
    exact: str
    state: StateView
    waits: bool


def dead_letter_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/dead-letters`."""
    routes = APIRouter(include_in_schema=False, prefix="/dead-letters")
    tends = needs(Action.CONFIGURE)

    @routes.get("", dependencies=needs(Action.CONFIGURE, Action.HANDLE_ALERTS))
    def letters(stage: str = "", settled: bool = False) -> HTMLResponse:
        with office.register.reading() as tx:
            found = tx.dead_letters.list(stage or None, limit=_MOST, waiting=not settled)
            return pages.html(
                "dead_letters.html",
                rows=[_row(office, letter) for letter in found],
                counts=tx.dead_letters.waiting(),
                stage=stage,
                settled=settled,
                frame=frame(tx, office, "settings"),
            )

    @routes.get("/{number}", dependencies=reads_evidence())
    def letter(number: int) -> HTMLResponse:
        with office.register.reading() as tx:
            found = tx.dead_letters.get(number)
            if found is None:
                raise HTTPException(404, f"没有 {number} 号死信")
            words = found.envelope.payload.decode("utf-8", "replace")[:_LONGEST]
            return pages.html(
                "dead_letter.html",
                row=_row(office, found),
                words=words,
                traceback=found.traceback or "",
                frame=frame(tx, office, "settings"),
            )

    @routes.post("/retry", dependencies=tends)
    def retry(form: Form, by: Acting) -> RedirectResponse:
        ids = _ticked(form)
        with office.register.reading() as tx:
            waiting = [letter.id for letter in map(tx.dead_letters.get, ids) if letter and not letter.retried_at]
        if not waiting:
            raise NotAllowed("勾选的死信都已不在等待，可能刚有人办过")
        retry_dead_letters(office.register, office.bus(), waiting)
        with office.register.transaction() as tx:
            tx.audit.add(deed_of(by, Action.CONFIGURE.value, _named(waiting), Outcome.DONE, note="重新送出"))
        return done(office, by, "/dead-letters", f"已重新送出 {len(waiting)} 条，再处理不了的会回到这里")

    @routes.post("/drop", dependencies=tends)
    def drop(form: Form, by: Acting) -> RedirectResponse:
        ids, why = _ticked(form), form["why"].strip()
        if not why:
            raise NotAllowed("请写明为什么不再处理，日后查得到")
        with office.register.transaction() as tx:
            dropped = [id for id in ids if tx.dead_letters.drop(id, by.id, why)]
            if not dropped:
                raise NotAllowed("勾选的死信都已不在等待，可能刚有人办过")
            note = f"不再处理：{why}"
            tx.audit.add(deed_of(by, Action.CONFIGURE.value, _named(dropped), Outcome.DONE, note=note))
        return done(office, by, "/dead-letters", f"已丢弃 {len(dropped)} 条，连同缘由留在“已处置”里")

    return routes


def _ticked(form: Fields) -> list[int]:
    ids = [int(one) for one in form.all("id") if one.isdecimal() and len(one) < 18]
    if not ids:
        raise NotAllowed("请先勾选要办的死信")
    return ids


def _named(ids: list[int]) -> str:
    return f"死信 {'、'.join(map(str, ids))}"


def _row(office: ConsoleOffice, letter: DeadLetter) -> LetterRow:
    return LetterRow(
        id=letter.id,
        stage=letter.stage,
        topic=letter.envelope.topic,
        key=letter.envelope.key,
        reason=letter.reason,
        bug=letter.traceback is not None,
        when=wording.when(letter.died_at, office.clock.now()),
        exact=wording.exact(letter.died_at),
        state=_state(office, letter),
        waits=letter.retried_at is None,
    )


def _state(office: ConsoleOffice, letter: DeadLetter) -> StateView:
    if letter.retried_at is None:
        return StateView(words="等待处置", shape="warn")
    when = wording.when(letter.retried_at, office.clock.now())
    if letter.dropped_because:
        return StateView(words="已丢弃", shape="ghost", note=f"{letter.dropped_by} {when}：{letter.dropped_because}")
    return StateView(words="已重新送出", shape="ok", note=when)
