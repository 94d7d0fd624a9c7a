"""审查: the list of texts before their gates, one text's page, and what people do there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.review_form import none_found, read_decision, read_elsewhere, read_giver
from console.review_view import view_review
from console.seeing import found_clarification
from huiying.clarification import Clarification, Text
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.permission import Action
from huiying.register.register import Transaction
from huiying.release_review import Finding
from huiying.review import Standing
from responders.answers.gates import standing_of_newest

Form = Annotated[Fields, Depends(read_fields)]
Answer = HTMLResponse | RedirectResponse

_TOO_LATE = "刚才有别的变更，没有办成。以下是最新情况，请再按一次"
_NEWEST = 60

AT_THE_GATES = tuple(gate.action for gate in Gate)
"""Whoever may decide at one of the gates comes this far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRow:
    """One text in the list."""

    clarification: str
    number: str
    title: str
    text: int
    level: str
    level_words: str
    bureau: str
    waits: str
    due: str
    late: bool
    expedited: bool


def review_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/review`, `/review/{clarification}`, and every move at the gates."""
    routes = APIRouter(include_in_schema=False)
    _reading_routes(routes, office, pages)
    _acting_routes(routes, office)
    return routes


def _reading_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/review", dependencies=needs(Action.VIEW_MATTERS))
    def reviews() -> HTMLResponse:
        with office.register.reading() as tx:
            waiting = _waiting(tx, office)
            past = [row for row in _past(tx, office) if row not in waiting]
            return pages.html("reviews.html", waiting=waiting, past=past, frame=frame(tx, office, "review"))

    @routes.get("/review/{clarification}", dependencies=needs(Action.VIEW_MATTERS))
    def review(clarification: str, by: Acting, seat: str = "", grounds: str = "") -> HTMLResponse:
        found_nothing = none_found() if grounds == Finding.NONE.value else Fields(())
        with office.register.reading() as tx:
            found = found_clarification(tx, clarification)
            try:
                view = view_review(tx, office, found, by, seat)
            except NotAllowed as reason:
                raise HTTPException(409, str(reason)) from reason
            return pages.html(
                "review.html",
                review=view,
                people=office.staff.people(),
                found_nothing=found_nothing,
                frame=frame(tx, office, "review"),
            )


def _acting_routes(routes: APIRouter, office: ConsoleOffice) -> None:
    def moved(clarification: str, _done: object) -> RedirectResponse:
        return RedirectResponse(f"/review/{quote(clarification, safe='')}", status_code=303)

    @routes.post("/review/{clarification}/decide", dependencies=needs(*AT_THE_GATES), response_model=None)
    def decide(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        return moved(clarification, office.reviewing.decide(read_decision(clarification, form), by=by))

    @routes.post("/review/{clarification}/take-down", dependencies=needs(Action.KEEP_DUTY_LOG), response_model=None)
    def take_down(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        decision, elsewhere = read_decision(clarification, form), read_elsewhere(form)
        giver = read_giver(form, office)
        return moved(clarification, office.reviewing.take_down(decision, elsewhere, giver=giver, by=by))

    @routes.post("/review/{clarification}/revoke", dependencies=needs(*AT_THE_GATES), response_model=None)
    def revoke(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        return moved(clarification, office.reviewing.revoke(read_decision(clarification, form), by=by))

    @routes.post("/review/{clarification}/expedite", dependencies=needs(Action.SIGN), response_model=None)
    def expedite(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        return moved(clarification, office.reviewing.expedite(clarification, reasons=form["reasons"], by=by))


def _waiting(tx: Transaction, office: ConsoleOffice) -> list[ReviewRow]:
    rows = []
    for clarification in tx.clarifications.submitted():
        try:
            standing = standing_of_newest(tx, office.reviewing.rules, clarification)
        except NotAllowed:
            continue
        rows.append((standing, _row(tx, office, clarification, standing)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0].review.opened_at)]


def _past(tx: Transaction, office: ConsoleOffice) -> list[ReviewRow]:
    rows = []
    for standing in tx.reviews.newest(limit=_NEWEST):
        clarification = tx.clarifications.get(standing.review.clarification)
        if clarification is not None:
            rows.append(_row(tx, office, clarification, standing))
    return rows


def _row(tx: Transaction, office: ConsoleOffice, clarification: Clarification, standing: Standing) -> ReviewRow:
    now, review = office.clock.now(), standing.review
    alert = tx.alerts.get(clarification.episode)
    texts = tx.clarifications.texts(clarification.id)
    text, newest = texts[review.text - 1], _newest(texts)
    waits = next((gate for gate in Gate if not standing.passed(gate, now)), None)
    due = next((clock.due_at for clock in review.clocks if clock.gate is waits and newest == review.text), None)
    return ReviewRow(
        clarification=clarification.id,
        number=review.number,
        title=text.title,
        text=review.text,
        level=alert.level.value if alert else "none",
        level_words=wording.level_in_list(alert.level) if alert else "未预警",
        bureau=office.bureau(clarification.bureau),
        waits=f"文稿已改为第 {newest} 版，这一稿作废" if newest != review.text else _waits(standing, waits, now),
        due=wording.remaining(due, now) if due else "",
        late=bool(due and due < now),
        expedited=review.expedition is not None,
    )


def _newest(texts: Sequence[Text]) -> int:
    """The number under which the newest text was first reviewed: one that came back is the one it was."""
    return next(text.number for text in texts if text.sha256 == texts[-1].sha256)


def _waits(standing: Standing, gate: Gate | None, now: datetime) -> str:
    if gate is None:
        return "三关已过，可以发布"
    lasts = [(seat, standing.last(seat)) for seat in standing.open_seats(gate, now)]
    seats = [seat.title + (f"（{last.conclusion.called(gate)}）" if last else "") for seat, last in lasts]
    return f"{gate.label}：还差{'、'.join(seats)}"
