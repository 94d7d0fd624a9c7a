"""起草: the page of an answer, and everything a drafter does on it with plain forms."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.admitting import needs, reads_evidence
from console.draft_contrasts import draft_contrast_routes
from console.draft_forms import (
    chosen_sentences,
    evidence_in,
    kind_in,
    number_in,
    signed_proposals,
    ticked,
)
from console.draft_lines import draft_path
from console.draft_view import view_changes, view_draft
from console.forms import Fields, read_fields, read_text_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.seeing import found_clarification
from console.standing import kept_here
from console.unsent import sent
from huiying.clarification import Sentence
from huiying.permission import Action
from huiying.person import Person
from responders.answers.drafts import editing
from responders.answers.drafts.cleared import cleared_wording

Form = Annotated[Fields, Depends(read_fields)]
TextForm = Annotated[Fields, Depends(read_text_fields)]
Edits = Callable[[Fields], editing.Edit]


class _Screen:
    """The page of one answer, and the way back to it."""

    def __init__(self, office: ConsoleOffice, pages: Pages) -> None:
        self.office = office
        self.pages = pages

    def show(self, id: str) -> HTMLResponse:
        """The page as it stands now; what somebody else changed is shown to whoever was second."""
        with self.office.register.reading() as tx:
            view = view_draft(tx, self.office, found_clarification(tx, id), kept_here())
            return self.pages.html("draft.html", draft=view, frame=frame(tx, self.office, "concerns"))

    def back(self, id: str, form: Fields, _done: object = None) -> RedirectResponse:
        """To the page once something is done, at the sentence it was about."""
        number = form["number"]
        place = f"#s{number}" if number.isdecimal() else ""
        return RedirectResponse(draft_path(id) + place, status_code=303)


def drafting_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/drafts/{id}`, its versions, and every move of whoever drafts."""
    routes = APIRouter(include_in_schema=False)
    screen = _Screen(office, pages)
    _opening_routes(routes, screen)
    _reading_routes(routes, screen)
    _writing_routes(routes, screen)
    _helping_routes(routes, screen)
    routes.include_router(draft_contrast_routes(office, pages))
    return routes


def _opening_routes(routes: APIRouter, screen: _Screen) -> None:
    office = screen.office

    @routes.post("/drafts", dependencies=needs(Action.DRAFT), response_model=None)
    def begin(form: Form, by: Acting) -> RedirectResponse:
        opened = office.drafting.open(form["concern"], kind_in(form["kind"]), form["bureau"], by=by)
        if form["hold"] and opened.texts == 0:
            office.drafting.hold(opened.id, by=by)
        return RedirectResponse(draft_path(opened.id), status_code=303)


def _reading_routes(routes: APIRouter, screen: _Screen) -> None:
    office = screen.office

    @routes.get("/drafts/{id}", dependencies=reads_evidence())
    def draft(id: str) -> HTMLResponse:
        return screen.show(id)

    @routes.get("/drafts/{id}/changes", dependencies=needs(Action.VIEW_MATTERS))
    def changes(id: str, old: int = 0, new: int = 0) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_changes(tx, office, found_clarification(tx, id), old, new)
            return screen.pages.html("draft_changes.html", draft=view, frame=frame(tx, office, "concerns"))

    @routes.get("/drafts/{id}/cleared", dependencies=needs(Action.VIEW_MATTERS))
    def cleared(id: str, words: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            found_clarification(tx, id)
            found = cleared_wording(tx, office.policy.answers.cleared, words)
            return screen.pages.html("_cleared.html", cleared=found, words=words)


def _writing_routes(routes: APIRouter, screen: _Screen) -> None:
    drafting = screen.office.drafting

    @routes.post("/drafts/{id}/text", dependencies=needs(Action.DRAFT), response_model=None)
    def write(id: str, form: TextForm, by: Acting) -> RedirectResponse:
        after = number_in(form, "after")
        drafting.write(id, form["title"], form["body"], after=after, by=by)
        sent(screen.office, by, form)
        return screen.back(id, form)

    def edits(path: str, edit: Edits) -> None:
        @routes.post(f"/drafts/{{id}}/{path}", dependencies=needs(Action.DRAFT), response_model=None)
        def change(id: str, form: Form, by: Acting) -> RedirectResponse:
            return screen.back(id, form, drafting.change(id, edit(form), after=number_in(form, "after"), by=by))

    edits("tie", lambda form: editing.tied(number_in(form, "number"), evidence_in(form)))
    edits("untie", lambda form: editing.untied(number_in(form, "number"), number_in(form, "place")))
    edits("judge", lambda form: editing.judged(number_in(form, "number"), form["words"].strip()))
    edits("rewrite", lambda form: editing.said_otherwise(number_in(form, "number"), form["text"].strip()))
    edits("drop", lambda form: editing.dropped(number_in(form, "number")))
    edits("parts", lambda form: editing.tagged(number_in(form, "number"), form.all("part")))
    edits("add", lambda form: editing.added([Sentence(text=text) for text in ticked(form.all("text"))]))

    @routes.post("/drafts/{id}/submit", dependencies=needs(Action.DRAFT), response_model=None)
    def submit(id: str, form: Form, by: Acting) -> RedirectResponse:
        after = number_in(form, "after")
        return screen.back(id, form, drafting.submit(id, after=after, by=by, note=form["note"]))


def _helping_routes(routes: APIRouter, screen: _Screen) -> None:
    office = screen.office

    def take(id: str, form: Fields, by: Person) -> None:
        with office.register.reading() as tx:
            draft = found_clarification(tx, id)
            keys = signed_proposals(tx, office, draft) if form["signed"] else ticked(form.all("key"))
            chosen = chosen_sentences(tx, office, draft, keys)
        office.drafting.change(id, editing.added(chosen), after=number_in(form, "after"), by=by)

    @routes.post("/drafts/{id}/hold", dependencies=needs(Action.DRAFT), response_model=None)
    def hold(id: str, form: Form, by: Acting) -> RedirectResponse:
        return screen.back(id, form, office.drafting.hold(id, by=by))

    @routes.post("/drafts/{id}/take", dependencies=needs(Action.DRAFT), response_model=None)
    def take_proposals(id: str, form: Form, by: Acting) -> RedirectResponse:
        take(id, form, by)
        return screen.back(id, form)

    @routes.post("/drafts/{id}/ask", dependencies=needs(Action.DRAFT), response_model=None)
    def ask(id: str, form: Form, by: Acting) -> RedirectResponse:
        return screen.back(id, form, office.helping.ask(id, confirmed=bool(form["confirmed"]), by=by))
