"""Beside a 澄清: what is said, what is so, where published; each becomes a sentence's evidence by one press."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.admitting import reads_evidence
from console.contrasts import ContrastsView, view_contrasts
from console.draft_lines import draft_path
from console.marking import Piece, pieces
from console.office import ConsoleOffice
from console.rendering import Pages
from console.seeing import found_clarification
from huiying.clarification import Clarification
from huiying.register.register import Transaction
from responders.answers.answer import ENDED

_BEGINS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundView:
    """What a signed finding says is so."""

    finding: str
    label: str
    bureau: str
    facts: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftContrastsView:
    """The whole section; `sentences` are those that evidence can be put to, `first` the one that has none yet."""

    path: str
    after: int
    open: bool
    sentences: tuple[tuple[int, str], ...]
    first: int
    contrasts: ContrastsView
    findings: tuple[FoundView, ...]


def draft_contrast_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/drafts/{id}/contrasts`: the section by itself, which the page asks for once it stands."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/drafts/{id}/contrasts", dependencies=reads_evidence())
    def contrasts(id: str) -> HTMLResponse:
        with office.register.reading() as tx:
            answer = found_clarification(tx, id)
        compared = view_contrasts(office, answer.concern)
        with office.register.reading() as tx:
            view = _view(tx, office, answer, compared)
            return pages.html("_draft_contrasts.html", draft=view)

    return routes


def _view(
    tx: Transaction, office: ConsoleOffice, answer: Clarification, compared: ContrastsView
) -> DraftContrastsView:
    texts = tx.clarifications.texts(answer.id)
    sentences = texts[-1].sentences if texts else ()
    untied = [number for number, sentence in enumerate(sentences, start=1) if not sentence.evidence]
    signed = [finding for finding in tx.findings.of_concern(answer.concern) if finding.signed]
    return DraftContrastsView(
        path=draft_path(answer.id),
        after=answer.texts,
        open=answer.state not in ENDED,
        sentences=tuple((number, one.text[:_BEGINS]) for number, one in enumerate(sentences, start=1)),
        first=untied[0] if untied else 1,
        contrasts=compared,
        findings=tuple(
            FoundView(
                finding=finding.id,
                label=finding.kind.label,
                bureau=office.bureau(finding.bureau),
                facts=pieces(finding.facts),
            )
            for finding in signed
        ),
    )
