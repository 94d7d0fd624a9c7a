"""A clarification 回应稿: the office's public answer, in versions, every sentence bound to its evidence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from huiying.person import Signed


class ClarificationKind(StrEnum):
    """The kinds of public answer."""

    AUTHORITATIVE = "authoritative"
    SITUATION = "situation"
    CLARIFYING = "clarifying"
    EXPLAINING = "explaining"
    REPLY = "reply"

    @property
    def label(self) -> str:
        """The office's word."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ClarificationKind.AUTHORITATIVE: "权威发布",
    ClarificationKind.SITUATION: "情况通报",
    ClarificationKind.CLARIFYING: "澄清",
    ClarificationKind.EXPLAINING: "解读",
    ClarificationKind.REPLY: "答复",
}


class ClarificationState(StrEnum):
    """Where an answer stands."""

    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class EvidenceKind(StrEnum):
    """On what a sentence rests."""

    FINDING = "finding"
    DOCUMENT = "document"
    POST = "post"
    NUMBER = "number"
    JUDGEMENT = "judgement"

    @property
    def label(self) -> str:
        """The word on its tag."""
        return _EVIDENCE_LABELS[self]


_EVIDENCE_LABELS = {
    EvidenceKind.FINDING: "核查反馈",
    EvidenceKind.DOCUMENT: "公开文件",
    EvidenceKind.POST: "帖文",
    EvidenceKind.NUMBER: "数字",
    EvidenceKind.JUDGEMENT: "具名判断",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One thing a sentence rests on: the id of a finding or post, a document's link, a number's query.

    `words` is what is quoted of it, `title` what a document is called; a judgement has the person who answers for it
    in `by`.
    """

    kind: EvidenceKind
    reference: str = ""
    words: str = ""
    title: str = ""
    by: Signed | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence of an answer with its evidence; untied where there is none.

    `parts` are the ids of required contents that the drafter says it gives (`config/answers/`).
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One version of an answer, as somebody saved it; a version is never changed."""

    clarification: str
    number: int
    kind: ClarificationKind
    title: str
    sentences: tuple[Sentence, ...]
    by: Signed
    note: str = ""

    @property
    def sha256(self) -> str:
        """Of exactly what the public would read: kind, title and sentences. One changed character changes it."""
        read = [self.kind.value, self.title, [sentence.text for sentence in self.sentences]]
        return hashlib.sha256(msgspec.json.encode(read)).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Clarification:
    """One answer to one episode of a concern; `texts` counts its versions."""

    id: str
    concern: str
    episode: str
    bureau: str
    kind: ClarificationKind
    state: ClarificationState
    opened_at: datetime
    texts: int = 0
    version: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Struck:
    """Words that a model proposed and that have no evidence, with the reason; they are shown and never used."""

    text: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Assistance:
    """One help by a model: who asked for it and confirmed the matter, where the model runs, what came of it."""

    id: str
    clarification: str
    by: Signed
    where: str
    model: str
    sent: int
    kept: tuple[Sentence, ...]
    struck: tuple[Struck, ...]
