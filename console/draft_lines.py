"""The answers to a concern as its page lists them, and where the page of each one is."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from console.office import ConsoleOffice
from huiying.clarification import Clarification, ClarificationState
from huiying.concern import Concern
from huiying.register.register import Transaction
from responders.answers.drafts.versions import wordings
from responders.answers.releasing import release_missing

STATES = {
    ClarificationState.DRAFTING: ("起草中", "todo"),
    ClarificationState.SUBMITTED: ("已送审", ""),
    ClarificationState.PUBLISHED: ("已发布", "ok"),
    ClarificationState.WITHDRAWN: ("已撤回", "ghost"),
}
"""The word for where an answer stands, and its shape."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftLine:
    """One answer in a concern's list."""

    path: str
    kind: str
    bureau: str
    state: str
    shape: str
    draft: str
    next: tuple[str, str] | None


def draft_path(id: str) -> str:
    """The address of an answer's page."""
    return f"/drafts/{quote(id, safe='')}"


def view_drafts(tx: Transaction, concern: Concern, office: ConsoleOffice) -> tuple[DraftLine, ...]:
    """The answers to a concern, for its page."""
    return tuple(_line(tx, each, office) for each in tx.clarifications.of_concern(concern.id))


def _line(tx: Transaction, clarification: Clarification, office: ConsoleOffice) -> DraftLine:
    words, shape = STATES[clarification.state]
    drafts = len(wordings(tx.clarifications.texts(clarification.id)))
    return DraftLine(
        path=draft_path(clarification.id),
        kind=clarification.kind.label,
        bureau=office.bureau(clarification.bureau),
        state=words,
        shape=shape,
        draft=f"第 {drafts} 稿" if drafts else "未动笔",
        next=_next(tx, clarification, office.clock.now()),
    )


def _next(tx: Transaction, clarification: Clarification, now: datetime) -> tuple[str, str] | None:
    """Where an answer goes on after its draft, in words and as an address."""
    id = quote(clarification.id, safe="")
    if clarification.state is ClarificationState.PUBLISHED:
        return "发布记录", f"/publish/{id}"
    if clarification.state is not ClarificationState.SUBMITTED:
        return None
    return ("审查", f"/review/{id}") if release_missing(tx, clarification.id, now) else ("去发布", f"/publish/{id}")
