"""未保存的文字: what somebody is writing survives a closed browser, without being part of any record.

It is kept on the server under its writer's name and never in the browser: the computers of an office are shared.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.addresses import local_address
from console.admitting import STANDS_FIELD, signed_in
from console.forms import Fields, read_fields, read_text_fields
from console.keeping import typed_in, without_own
from console.office import ConsoleOffice
from console.rendering import Pages
from console.seeing import found_clarification
from console.standing import kept_is_shown, present_address
from huiying.failures import NotAllowed
from huiying.kept_form import KeptForm, Why
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.register.register import Transaction

KEY = "unsent"
"""The field of a form that names what is written in it: `finding:<task>` or `draft:<answer>`."""


def unsent_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/unsent`: keep what is being written, say that there is some, forget it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/unsent", dependencies=signed_in())
    def waiting(by: Acting, key: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            found = tx.kept_forms.get(_id(by, key), by.id, office.clock.now())
        shown = None if kept_is_shown() or found is None else found
        when = wording.when(shown.kept_at, office.clock.now()) if shown else ""
        return pages.html("_unsent.html", unsent=shown, when=when, key=key, here=present_address())

    @routes.post("/unsent", dependencies=signed_in())
    def keep(form: Annotated[Fields, Depends(read_text_fields)], by: Acting) -> Response:
        now = office.clock.now()
        typed = without_own(form.pairs)
        if not typed_in(typed):
            raise NotAllowed("写的内容有密级标志，不予留存，也不得录入本系统")
        with office.register.transaction() as tx:
            action = _action(tx, office, by, form[KEY])
            tx.kept_forms.keep(
                KeptForm(
                    id=_id(by, form[KEY]),
                    person=by.id,
                    why=Why.UNSENT,
                    action=action,
                    fields=typed,
                    kept_at=now,
                    words=f"这是 {wording.time_of_day(now)} 留存、还没有提交的文字，请看过再提交",
                )
            )
        return Response(wording.time_of_day(now), media_type="text/plain")

    @routes.post("/unsent/forget", dependencies=signed_in())
    def forget(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
        sent(office, by, form)
        return RedirectResponse(local_address(form[STANDS_FIELD]), 303)

    return routes


def sent(office: ConsoleOffice, by: Person, form: Fields) -> None:
    """What was written has been sent, or is not wanted; nothing of it is kept any longer."""
    if form[KEY]:
        with office.register.transaction() as tx:
            tx.kept_forms.forget(_id(by, form[KEY]), by.id)


def _id(by: Person, key: str) -> str:
    return "u" + hashlib.sha256(f"{by.id}\n{key}".encode()).hexdigest()[:24]


def _action(tx: Transaction, office: ConsoleOffice, by: Person, key: str) -> str:
    """Where the form is sent; `NotAllowed` where this person writes no such thing."""
    kind, _, id = key.partition(":")
    if kind == "finding" and (task := tx.tasks.get(id)):
        must_may(by, Action.WRITE_FINDING, office.clock.now(), bureaus=(task.bureau,))
        return "/desk/finding"
    if kind == "draft":
        answer = found_clarification(tx, id)
        must_may(by, Action.DRAFT, office.clock.now(), bureaus=(answer.bureau,))
        return f"/drafts/{answer.id}/text"
    raise NotAllowed("没有这份文字可以留存")
