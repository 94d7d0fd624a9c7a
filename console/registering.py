"""手工登记: the form by which an officer registers a matter that came by another door than a post."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields, written_moment
from console.keeping import PointedOut
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.wording import beijing
from huiying.concern import Origin
from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.permission import Action
from responders.shift.registering import AlreadyRegistered
from responders.shift.written import Enquiry, Written, read_origin

Form = Annotated[Fields, Depends(read_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterView:
    """The form as it stands empty: `known_at` is this minute."""

    known_at: str
    origins: tuple[Origin, ...]
    levels: tuple[Level, ...]
    bureaus: tuple[tuple[str, str], ...]


def registering_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/register`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/register", dependencies=needs(Action.REGISTER_CONCERN))
    def blank() -> HTMLResponse:
        with office.register.reading() as tx:
            view = RegisterView(
                known_at=f"{beijing(office.clock.now()):%Y-%m-%dT%H:%M}",
                origins=tuple(Origin),
                levels=tuple(Level),
                bureaus=tuple((bureau.id, bureau.name) for bureau in office.policy.bureaus),
            )
            return pages.html("register.html", form=view, frame=frame(tx, office, "queue"))

    @routes.post("/register", dependencies=needs(Action.REGISTER_CONCERN), response_model=None)
    def register(form: Form, by: Acting) -> RedirectResponse:
        try:
            concern = office.registering.register(_written(form, office), by=by)
        except AlreadyRegistered as there:
            raise PointedOut(str(there), f"/concerns/{quote(there.concern, safe='')}") from there
        return RedirectResponse(f"/concerns/{quote(concern.id, safe='')}", status_code=303)

    return routes


def local_moment(words: str, name: str) -> datetime | None:
    """A moment of a form, which browsers send as Beijing time; None where it was left empty."""
    if not words.strip():
        return None
    try:
        return written_moment(words.strip())
    except ValueError:
        raise NotAllowed(f"“{name}”看不懂：“{words.strip()[:20]}”，应如 2026-11-22 08:00") from None


def _written(form: Fields, office: ConsoleOffice) -> Written:
    known_at = local_moment(form["known_at"], "获知时刻")
    if known_at is None:
        raise NotAllowed("请填写“获知时刻”：对外时限从它起算")
    if form["lead"] and form["lead"] not in office.bureau_names:
        raise NotAllowed(f"没有责任单位“{form['lead']}”，请重新选定")
    return Written(
        origin=read_origin(form["origin"]),
        title=form["title"],
        what=form["what"],
        where=form["where"],
        from_whom=form["from_whom"],
        known_at=known_at,
        occurred_at=local_moment(form["occurred_at"], "事发时刻"),
        level=_level(form["level"]),
        reason=form["reason"],
        lead=form["lead"] or None,
        enquiry=Enquiry(
            medium=form["medium"],
            contact=form["contact"],
            question=form["question"],
            due_at=local_moment(form["due_at"], "要求答复的时刻"),
        ),
    )


def _level(word: str) -> Level:
    try:
        return Level(word)
    except ValueError:
        raise NotAllowed(f"请选定级别，可选：{'、'.join(level.label for level in Level)}") from None
