"""值班日志: the page of a shift — hand-over, log, telephone notices, what the media asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.office import ConsoleOffice
from console.registering import local_moment
from console.rendering import Pages, frame
from huiying.concern import Concern
from huiying.contacts import Contact, Emergency
from huiying.duty_log import Handover, LogEntry, PhoneNotice
from huiying.failures import NotAllowed
from huiying.media_enquiry import MediaEnquiry
from huiying.permission import Action
from huiying.register.register import Transaction
from responders.shift.duty_log import Call

_SHOWN = timedelta(days=3)

Form = Annotated[Fields, Depends(read_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogView:
    """The whole page. `about` is the matter that a line or a call is to be about, `call` what is known of a call."""

    last: Handover | None
    matters_now: int
    entries: tuple[LogEntry, ...]
    notices: tuple[PhoneNotice, ...]
    enquiries: tuple[MediaEnquiry, ...]
    contacts: tuple[Contact, ...]
    emergencies: tuple[Emergency, ...]
    about: Concern | None
    call: dict[str, str]
    now: str


def duty_log_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/log`, and what is written down there."""
    routes = APIRouter(include_in_schema=False)

    def done(_written: object) -> RedirectResponse:
        return RedirectResponse("/log", status_code=303)

    @routes.get("/log", dependencies=needs(Action.KEEP_DUTY_LOG))
    def log(concern: str = "", unit: str = "", whom: str = "", number: str = "") -> HTMLResponse:
        call = {"unit": unit, "whom": whom, "number": number}
        with office.register.reading() as tx:
            view = view_log(tx, office, concern, call)
            return pages.html("log.html", log=view, frame=frame(tx, office, "log"))

    @routes.post("/log/entries", dependencies=needs(Action.KEEP_DUTY_LOG), response_model=None)
    def note(form: Form, by: Acting) -> RedirectResponse:
        about = _about(office, form)
        return done(office.duty_logging.note(form["what"], at=_at(form, office), by=by, concern=about))

    @routes.post("/log/calls", dependencies=needs(Action.KEEP_DUTY_LOG), response_model=None)
    def call(form: Form, by: Acting) -> RedirectResponse:
        return done(office.duty_logging.record_call(_call(form, office), by=by))

    @routes.post("/log/handovers", dependencies=needs(Action.KEEP_DUTY_LOG), response_model=None)
    def hand_over(form: Form, by: Acting) -> RedirectResponse:
        return done(office.duty_logging.hand_over(form["incoming"], form["watch"], by=by))

    @routes.post("/log/handovers/{handover}/confirm", dependencies=needs(Action.KEEP_DUTY_LOG), response_model=None)
    def confirm(handover: str, by: Acting) -> RedirectResponse:
        return done(office.duty_logging.confirm(handover, by=by))

    @routes.post("/log/enquiries/{enquiry}/answer", dependencies=needs(Action.REGISTER_CONCERN), response_model=None)
    def answer(enquiry: str, form: Form, by: Acting) -> RedirectResponse:
        return done(office.registering.answer_enquiry(enquiry, form["answer"], by=by))

    return routes


def view_log(tx: Transaction, office: ConsoleOffice, about: str, call: dict[str, str]) -> LogView:
    """The page as things stand: the log of the last three days, and what waits."""
    now = office.clock.now()
    last = tx.duty_log.last_handovers()
    return LogView(
        last=last[0] if last else None,
        matters_now=tx.alerts.queue_counts().open,
        entries=tuple(tx.duty_log.entries(now - _SHOWN)),
        notices=tuple(tx.duty_log.notices(now - _SHOWN)),
        enquiries=tuple(tx.duty_log.enquiries()),
        contacts=office.policy.contacts.contacts,
        emergencies=office.policy.contacts.emergencies,
        about=_matter(tx, about),
        call=call,
        now=f"{wording.beijing(now):%Y-%m-%dT%H:%M}",
    )


def _matter(tx: Transaction, words: str) -> Concern | None:
    """The matter of this id or of this number."""
    found = tx.concerns.resolve(words) or tx.concerns.numbered(words)
    return tx.concerns.resolve(found.id) if found else None


def _about(office: ConsoleOffice, form: Fields) -> str | None:
    if not form["concern"].strip():
        return None
    with office.register.reading() as tx:
        found = _matter(tx, form["concern"].strip())
    if found is None:
        raise NotAllowed(f"没有编号为“{form['concern'].strip()}”的事项；与事项无关的不必填")
    return found.id


def _at(form: Fields, office: ConsoleOffice) -> datetime:
    return local_moment(form["at"], "时刻") or office.clock.now()


def _call(form: Fields, office: ConsoleOffice) -> Call:
    return Call(
        unit=form["unit"],
        whom=form["whom"],
        number=form["number"],
        said=form["said"],
        answered=form["answered"] != "no",
        at=_at(form, office),
        concern=_about(office, form),
    )
