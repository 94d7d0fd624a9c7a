"""The answers to a concern as its page lists them, and where the page of each one is."""

from dataclasses import dataclass
from urllib.parse import quote

from console.office import ConsoleOffice
from huiying.clarification import Clarification, ClarificationState
from huiying.concern import Concern
from huiying.register.register import Transaction
from responders.answers.drafts.versions import wordings

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
    )
