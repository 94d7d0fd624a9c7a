"""The papers of review: 政府信息公开审查表 of one text on one page, and the month's register 保密审查月度台账."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from console import wording
from console.admitting import needs
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.review_register import (
    COLUMNS,
    as_csv,
    day_of,
    found_about,
    is_of,
    last_release,
    signed_by,
    view_register,
)
from console.seeing import found_clarification
from huiying.clarification import Clarification, Text
from huiying.clock import BEIJING
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.permission import Action
from huiying.register.register import Transaction
from huiying.release_review import Ground
from huiying.review import Standing
from responders.answers.gates import standing_of_newest

_SUMMARY = 160
_BLANK = "签名：　　　　　年　月　日"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureLine:
    """One seat on the form: its opinion, and who signed when."""

    gate: str
    seat: str
    opinion: str
    signed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormView:
    """Everything on the form."""

    clarification: str
    number: str
    filled_on: str
    bureau: str
    title: str
    kind: str
    summary: str
    text: int
    sha256: str
    ways: str
    when: str
    publicness: str
    grounds: tuple[tuple[str, str, str], ...]
    consulted: str
    removed: str
    refusal: str
    signatures: tuple[SignatureLine, ...]
    expedition: str


def review_paper_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/review/{clarification}/form`, `/review-register` and the same as CSV."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/review/{clarification}/form", dependencies=needs(Action.VIEW_MATTERS))
    def form(clarification: str) -> HTMLResponse:
        with office.register.reading() as tx:
            found = found_clarification(tx, clarification)
            try:
                view = view_form(tx, office, found)
            except NotAllowed as reason:
                raise HTTPException(409, str(reason)) from reason
            return pages.html("review_form.html", form=view, frame=frame(tx, office, "review"))

    @routes.get("/review-register", dependencies=needs(Action.VIEW_MATTERS))
    def register(month: Month = None) -> HTMLResponse:
        with office.register.reading() as tx:
            since, until = _span(month, office.clock.now())
            rows = view_register(tx, office, since, until)
            named = f"{since.astimezone(BEIJING):%Y-%m}"
            return pages.html(
                "review_register.html", rows=rows, columns=COLUMNS, month=named, frame=frame(tx, office, "review")
            )

    @routes.get("/review-register.csv", dependencies=needs(Action.EXPORT))
    def register_csv(month: Month = None) -> Response:
        with office.register.reading() as tx:
            since, until = _span(month, office.clock.now())
            content = as_csv(view_register(tx, office, since, until))
        name = f"review-register-{since.astimezone(BEIJING):%Y-%m}.csv"
        return Response(
            content,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return routes


Month = Annotated[str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


def view_form(tx: Transaction, office: ConsoleOffice, clarification: Clarification) -> FormView:
    """The form of the newest text."""
    now, standing = office.clock.now(), standing_of_newest(tx, office.reviewing.rules, clarification)
    review, text = standing.review, tx.clarifications.texts(clarification.id)[-1]
    public = [each for each in tx.publications.of_clarification(clarification.id) if is_of(each, standing)]
    release = last_release(standing)
    refused = [record.remarks for record in standing.records if record.gate is Gate.RELEASE and not record.passed]
    return FormView(
        clarification=clarification.id,
        number=review.number,
        filled_on=day_of(review.opened_at),
        bureau=office.bureau(clarification.bureau),
        title=text.title,
        kind=text.kind.label,
        summary=_summary(text),
        text=text.number,
        sha256=review.sha256,
        ways="、".join(each.publication.channel.label for each in public) or "政府网站“回应关切”专栏等",
        when="、".join(wording.exact(each.at) for each in public if each.at) or "签发后",
        publicness=release.publicness.label if release else "",
        grounds=tuple((each.label, each.clause, found_about(release, each)) for each in Ground),
        consulted=(release.consulted if release else "") or "不涉及",
        removed="；".join(release.removed) if release else "",
        refusal="；".join(refused),
        signatures=tuple(_signatures(standing, now)),
        expedition=f"{review.expedition.by.name}批准：{review.expedition.reasons}" if review.expedition else "",
    )


def _signatures(standing: Standing, now: datetime) -> Iterable[SignatureLine]:
    for seat in standing.review.seats:
        last = standing.last(seat)
        opinion = f"{last.conclusion.called(seat.gate)}{f'：{last.remarks}' if last.remarks else ''}" if last else ""
        signed = signed_by(last, now) if last else _BLANK
        yield SignatureLine(gate=seat.gate.label, seat=seat.title, opinion=opinion, signed=signed)


def _summary(text: Text) -> str:
    words = "".join(sentence.text for sentence in text.sentences)
    return words if len(words) <= _SUMMARY else f"{words[:_SUMMARY]}……（全文 {len(words)} 字，附后）"


def _span(month: str | None, now: datetime) -> tuple[datetime, datetime]:
    local = now.astimezone(BEIJING)
    year, number = (int(part) for part in month.split("-")) if month else (local.year, local.month)
    first = datetime(year, number, 1, tzinfo=BEIJING)
    last = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=BEIJING)
    return first, last
