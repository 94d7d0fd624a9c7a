"""起草: the page of an answer, and everything a drafter does on it with plain forms."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.concerns import found_concern, view_concern
from console.draft_lines import draft_path
from console.draft_parts import Refusal
from console.draft_view import view_changes, view_draft
from console.forms import Fields, read_fields, read_text_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from huiying.clarification import Clarification, ClarificationKind, Evidence, EvidenceKind, Sentence
from huiying.failures import NotAllowed, Unavailable
from huiying.person import Person
from huiying.register.register import Transaction
from responders.drafts import editing
from responders.drafts.cleared import cleared_wording
from responders.drafts.differences import SentenceChange
from responders.drafts.versions import Overtaken

Form = Annotated[Fields, Depends(read_fields)]
TextForm = Annotated[Fields, Depends(read_text_fields)]
Answer = HTMLResponse | RedirectResponse
Edits = Callable[[Fields], editing.Edit]


class _Screen:
    """The page of one answer: shown, or shown again with the reason why a move was not made."""

    def __init__(self, office: ConsoleOffice, pages: Pages) -> None:
        self.office = office
        self.pages = pages

    def show(self, id: str, refusal: Refusal | None = None) -> HTMLResponse:
        """The page as it stands now."""
        with self.office.register.reading() as tx:
            view = view_draft(tx, self.office, found_draft(tx, id), refusal)
            status = 409 if refusal else 200
            return self.pages.html("draft.html", status=status, draft=view, frame=frame(tx, self.office, "concerns"))

    def move(self, id: str, form: Fields, move: Callable[[], object]) -> Answer:
        """Back to the page once it is done, at the sentence it was about."""
        number = form["number"]
        try:
            move()
        except Overtaken as late:
            return self.show(id, _refusal(form, str(late), late.changes))
        except (NotAllowed, Unavailable) as refusal:
            return self.show(id, _refusal(form, str(refusal)))
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
    return routes


def _opening_routes(routes: APIRouter, screen: _Screen) -> None:
    office = screen.office

    @routes.post("/drafts", response_model=None)
    def begin(form: Form, by: Acting) -> Answer:
        try:
            opened = office.drafting.open(form["concern"], _kind(form["kind"]), form["bureau"], by=by)
            if form["hold"] and opened.texts == 0:
                office.drafting.hold(opened.id, by=by)
        except NotAllowed as refusal:
            with office.register.reading() as tx:
                concern = found_concern(tx, form["concern"])
                view = view_concern(tx, concern, office, drafting_refused=str(refusal))
                return screen.pages.html(
                    "concern.html", status=409, concern=view, frame=frame(tx, office, "concerns")
                )
        return RedirectResponse(draft_path(opened.id), status_code=303)


def _reading_routes(routes: APIRouter, screen: _Screen) -> None:
    office = screen.office

    @routes.get("/drafts/{id}")
    def draft(id: str) -> HTMLResponse:
        return screen.show(id)

    @routes.get("/drafts/{id}/changes")
    def changes(id: str, old: int = 0, new: int = 0) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_changes(tx, office, found_draft(tx, id), old, new)
            return screen.pages.html("draft_changes.html", draft=view, frame=frame(tx, office, "concerns"))

    @routes.get("/drafts/{id}/cleared")
    def cleared(id: str, words: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            found_draft(tx, id)
            found = cleared_wording(tx, office.answers.cleared, words)
            return screen.pages.html("_cleared.html", cleared=found, words=words)


def _writing_routes(routes: APIRouter, screen: _Screen) -> None:
    drafting = screen.office.drafting

    @routes.post("/drafts/{id}/text", response_model=None)
    def write(id: str, form: TextForm, by: Acting) -> Answer:
        return screen.move(
            id, form, lambda: drafting.write(id, form["title"], form["body"], after=_number(form, "after"), by=by)
        )

    def edits(path: str, edit: Edits) -> None:
        @routes.post(f"/drafts/{{id}}/{path}", response_model=None)
        def change(id: str, form: Form, by: Acting) -> Answer:
            return screen.move(id, form, lambda: drafting.change(id, edit(form), after=_number(form, "after"), by=by))

    edits("tie", lambda form: editing.tied(_number(form, "number"), _evidence(form)))
    edits("untie", lambda form: editing.untied(_number(form, "number"), _number(form, "place")))
    edits("judge", lambda form: editing.judged(_number(form, "number"), form["words"].strip()))
    edits("rewrite", lambda form: editing.said_otherwise(_number(form, "number"), form["text"].strip()))
    edits("drop", lambda form: editing.dropped(_number(form, "number")))
    edits("parts", lambda form: editing.tagged(_number(form, "number"), form.all("part")))
    edits("add", lambda form: editing.added([Sentence(text=text) for text in _some(form.all("text"))]))

    @routes.post("/drafts/{id}/submit", response_model=None)
    def submit(id: str, form: Form, by: Acting) -> Answer:
        return screen.move(
            id, form, lambda: drafting.submit(id, after=_number(form, "after"), by=by, note=form["note"])
        )


def _helping_routes(routes: APIRouter, screen: _Screen) -> None:
    office = screen.office

    def take(id: str, form: Fields, by: Person) -> None:
        with office.register.reading() as tx:
            chosen = _chosen(tx, office, found_draft(tx, id), _some(form.all("key")))
        office.drafting.change(id, editing.added(chosen), after=_number(form, "after"), by=by)

    @routes.post("/drafts/{id}/hold", response_model=None)
    def hold(id: str, form: Form, by: Acting) -> Answer:
        return screen.move(id, form, lambda: office.drafting.hold(id, by=by))

    @routes.post("/drafts/{id}/take", response_model=None)
    def take_proposals(id: str, form: Form, by: Acting) -> Answer:
        return screen.move(id, form, lambda: take(id, form, by))

    @routes.post("/drafts/{id}/ask", response_model=None)
    def ask(id: str, form: Form, by: Acting) -> Answer:
        return screen.move(id, form, lambda: office.helping.ask(id, confirmed=bool(form["confirmed"]), by=by))


def found_draft(tx: Transaction, id: str) -> Clarification:
    """The answer; a page says that there is none."""
    found = tx.clarifications.get(id)
    if found is None:
        raise HTTPException(404, "没有这份回应稿，它可能属于另一个数据目录")
    return found


def _chosen(tx: Transaction, office: ConsoleOffice, draft: Clarification, keys: Sequence[str]) -> list[Sentence]:
    """The proposals that were ticked, the model's among them, as they were made and not as the form says."""
    known = {proposal.key: proposal.sentence for proposal in office.helping.proposals(tx, draft)}
    for assisted in tx.clarifications.assistances(draft.id)[:1]:
        known |= {f"{assisted.id}:{place}": sentence for place, sentence in enumerate(assisted.kept)}
    if unknown := [key for key in keys if key not in known]:
        raise NotAllowed(f"有 {len(unknown)} 句备选已经不在了，请重新勾选")
    return [known[key] for key in keys]


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise NotAllowed("请先勾选要用的句子")
    return values


def _kind(value: str) -> ClarificationKind:
    try:
        return ClarificationKind(value)
    except ValueError:
        raise NotAllowed(f"请选定稿种：{'、'.join(kind.label for kind in ClarificationKind)}") from None


def _number(form: Fields, name: str) -> int:
    if not form[name].isdecimal():
        raise NotAllowed("页面不完整，请刷新后再试")
    return int(form[name][:9])


def _evidence(form: Fields) -> Evidence:
    """What was chosen from the list, or the document that was typed in."""
    kind, _, reference = form["evidence"].partition(" ")
    if kind == EvidenceKind.DOCUMENT:
        link, title, words = (form[name].strip() for name in ("link", "title", "words"))
        return Evidence(kind=EvidenceKind.DOCUMENT, reference=link, title=title, words=words)
    if kind not in (EvidenceKind.FINDING, EvidenceKind.POST, EvidenceKind.NUMBER) or not reference:
        raise NotAllowed("请先选定依据")
    words = "" if kind == EvidenceKind.NUMBER else form["words"].strip()
    return Evidence(kind=EvidenceKind(kind), reference=reference, words=words)


def _refusal(form: Fields, words: str, changes: tuple[SentenceChange, ...] = ()) -> Refusal:
    """With the text that was typed, so that nobody types it twice."""
    if not form["body"]:
        return Refusal(words=words, changes=changes)
    return Refusal(words=words, changes=changes, title=form["title"], body=form["body"])
