"""The parts of the page of an answer 回应稿, ready to print."""

from dataclasses import dataclass

from huiying.clarification import Assistance
from huiying.concern import Concern
from responders.answers.drafts.cleared import Cleared
from responders.answers.drafts.differences import SentenceChange
from responders.answers.drafts.proposing import Proposal
from responders.answers.drafts.requirements import PartCheck
from responders.answers.helping import Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class TieView:
    """One evidence in the margin."""

    tag: str
    words: str
    link: str | None
    wrong: str
    waits: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SentenceView:
    """One sentence: `shape` is bad, waits or nothing."""

    number: int
    text: str
    shape: str
    ties: tuple[TieView, ...]
    faults: tuple[str, ...]
    untied: bool
    judged: bool
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceView:
    """One thing that a sentence can be tied to, as a line of a list."""

    value: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionView:
    """One draft 稿 in the list of versions."""

    draft: int
    number: int
    who: str
    when: str
    exact: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftView:
    """The whole page; `overtaken` is what somebody else changed while a text was written that comes back."""

    id: str
    path: str
    concern: Concern
    kind: str
    bureau: str
    state: str
    state_shape: str
    open: bool
    submitted: bool
    clarifies: bool
    after: int
    draft: int
    title: str
    title_faults: tuple[str, ...]
    body: str
    sentences: tuple[SentenceView, ...]
    parts: tuple[PartCheck, ...]
    missing: tuple[str, ...]
    locked: tuple[str, ...]
    first_faulty: int | None
    choices: tuple[tuple[str, tuple[ChoiceView, ...]], ...]
    proposals: tuple[Proposal, ...]
    terms: Terms
    assisted: Assistance | None
    cleared: tuple[Cleared, ...]
    versions: tuple[VersionView, ...]
    overtaken: tuple[SentenceChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangesView:
    """What changed between two drafts."""

    path: str
    title: str
    versions: tuple[VersionView, ...]
    old: int
    new: int
    changes: tuple[SentenceChange, ...]
