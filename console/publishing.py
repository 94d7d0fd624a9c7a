"""发布: where a text that passed its gates stands, or is to stand, and what people report of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.review_form import read_moment
from console.seeing import found_clarification
from huiying.clarification import Clarification
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.publication import Channel, Part, Published, QuestionAnswered
from huiying.register.register import Transaction
from responders.answers.ordering import Order
from responders.answers.releasing import release_missing
from responders.channels.reported import Appointment, Report, is_appointed, place_asked

Form = Annotated[Fields, Depends(read_fields)]
Answer = HTMLResponse | RedirectResponse


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicationRow:
    """One publication with everything known of it."""

    id: str
    channel: str
    part: str
    text: int
    by: str
    state: str
    shape: str
    place: str
    link: str | None
    proof: str
    asked: str
    questions: tuple[QuestionAnswered, ...]
    can_report: bool
    can_withdraw: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishView:
    """The whole page."""

    clarification: str
    concern: str
    title: str
    text: int
    missing: tuple[str, ...]
    rows: tuple[PublicationRow, ...]
    channels: tuple[tuple[str, str], ...]
    appointed: str
    parts: tuple[tuple[str, str], ...]


def publishing_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/publish/{clarification}` and what is done there."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/publish/{clarification}", dependencies=needs(Action.VIEW_MATTERS))
    def publishing(clarification: str) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_publishing(tx, office, found_clarification(tx, clarification))
            return pages.html("publishing.html", publish=view, frame=frame(tx, office, "review"))

    def moved(clarification: str, _done: object) -> RedirectResponse:
        return RedirectResponse(f"/publish/{quote(clarification, safe='')}", status_code=303)

    @routes.post("/publish/{clarification}", dependencies=needs(Action.PUBLISH), response_model=None)
    def publish(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        return moved(clarification, office.publishing.publish(clarification, _read_order(form), by=by))

    @routes.post("/publish/{clarification}/report", dependencies=needs(Action.PUBLISH), response_model=None)
    def report(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        told = Report(place=form["place"], at=read_moment(form["at"], "发布时间"), link=form["link"].strip())
        return moved(clarification, office.publishing.report(form["publication"], told, by=by))

    @routes.post("/publish/{clarification}/withdraw", dependencies=needs(Action.PUBLISH), response_model=None)
    def withdraw(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        return moved(clarification, office.publishing.withdraw(form["publication"], reasons=form["reasons"], by=by))

    @routes.post("/publish/{clarification}/finish", dependencies=needs(Action.PUBLISH), response_model=None)
    def finish(clarification: str, form: Form, by: Acting) -> RedirectResponse:
        return moved(clarification, office.publishing.finish_following(clarification, reasons=form["reasons"], by=by))

    return routes


def view_publishing(tx: Transaction, office: ConsoleOffice, clarification: Clarification) -> PublishView:
    """What stands where, and what is missing before the newest text may be made public."""
    now, texts = office.clock.now(), tx.clarifications.texts(clarification.id)
    channels = office.publishing.rules.channels
    return PublishView(
        clarification=clarification.id,
        concern=clarification.concern,
        title=texts[-1].title if texts else "",
        text=len(texts),
        missing=release_missing(tx, clarification.id, now),
        rows=tuple(_row(each, now) for each in tx.publications.of_clarification(clarification.id)),
        channels=tuple((channel.value, channel.label) for channel in channels),
        appointed="、".join(channel.label for channel in channels if is_appointed(channel)),
        parts=tuple((part.value, part.label) for part in Part),
    )


def _row(published: Published, now: datetime) -> PublicationRow:
    publication, delivery, check = published.publication, published.delivery, published.last_check
    state, shape = _state(published, now)
    return PublicationRow(
        id=publication.id,
        channel=publication.channel.label,
        part=publication.part.label,
        text=publication.text,
        by=f"{publication.by.name} {wording.when(publication.by.at, now)} 放行",
        state=state,
        shape=shape,
        place=delivery.place if delivery else "",
        link=delivery.link if delivery else None,
        proof=f"{wording.when(check.at, now)} {check.what}" if check else "",
        asked=place_asked(publication.channel),
        questions=publication.questions,
        can_report=delivery is None and published.withdrawal is None and publication.channel is not Channel.WEBSITE,
        can_withdraw=published.withdrawal is None,
    )


def _state(published: Published, now: datetime) -> tuple[str, str]:
    if published.withdrawal:
        return f"已撤下：{published.withdrawal.reasons}", "bad"
    if published.at:
        return f"{wording.when(published.at, now)} 已发布", "ok"
    if published.publication.appointed_at:
        return f"定于 {wording.when(published.publication.appointed_at, now)}", "todo"
    return "已放行，待发布", "todo"


def _read_order(form: Fields) -> Order:
    try:
        channel, part = Channel(form["channel"]), Part(form["part"])
    except ValueError:
        raise NotAllowed("须选定发布渠道和首报、续报、终报或更正") from None
    at = read_moment(form["appointed_at"], "约定的时间") if form["appointed_at"] else None
    return Order(channel=channel, part=part, appointment=Appointment(at=at, questions=_read_questions(form)))


def _read_questions(form: Fields) -> tuple[QuestionAnswered, ...]:
    """A question and its answer per line, parted by ｜ or |."""
    parted = (line.replace("|", "｜").partition("｜") for line in form["questions"].splitlines() if line.strip())
    return tuple(QuestionAnswered(question=question.strip(), answer=answer.strip()) for question, _, answer in parted)
