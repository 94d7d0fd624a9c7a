"""Proposes sentences for an answer without any model: from signed findings, the register's numbers, official texts.

Each proposal carries its evidence and is checked like every other sentence once somebody takes it into the text.
Lines of the template have blanks and no evidence: they are where a person begins to write.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from huiying.clarification import Clarification, Evidence, EvidenceKind, Sentence, Text
from huiying.concern import Concern
from huiying.finding import Finding
from huiying.policy.answers import AnswerRules
from huiying.post import ArchivedPost
from huiying.register.register import Transaction
from responders.answers.drafts.quoting import is_web_address
from responders.answers.drafts.sentences import split_sentences

Search = Callable[[str], Sequence[ArchivedPost]]
"""Official texts of the archive that have these words, newest first."""

_WORDS = 4
_OF_ONE_TEXT = 2
_SHORT, _LONG = 8, 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A sentence that may be taken; `source` says where it is from, `signed` that a head of a bureau signed it."""

    sentence: Sentence
    source: str
    signed: bool = False

    @property
    def key(self) -> str:
        """Names it by what it says and rests on."""
        return hashlib.sha256(msgspec.json.encode(self.sentence)).hexdigest()[:16]


def propose(
    tx: Transaction,
    concern: Concern,
    clarification: Clarification,
    text: Text | None,
    *,
    rules: AnswerRules,
    search: Search,
) -> tuple[Proposal, ...]:
    """Everything that may be taken and is not in the text yet: findings, numbers, official texts, template lines."""
    there = {sentence.text for sentence in text.sentences} if text else set()
    found = (
        *_from_findings(tx.findings.of_concern(concern.id)),
        *_from_official_texts(concern, search),
        *(Proposal(sentence=Sentence(text=line), source="稿样") for line in rules.kinds[clarification.kind].lines),
    )
    once = {proposal.sentence.text: proposal for proposal in reversed(found) if proposal.sentence.text not in there}
    return tuple(proposal for proposal in found if once.get(proposal.sentence.text) is proposal)


def _from_findings(findings: Iterable[Finding]) -> Iterator[Proposal]:
    """The newest finding first; one that is not signed is no evidence yet, as the check will say."""
    for finding in sorted(findings, key=lambda finding: finding.written.at, reverse=True):
        evidence = Evidence(kind=EvidenceKind.FINDING, reference=finding.id)
        source = f"{finding.bureau}{finding.kind.label}" + ("" if finding.signed else "（未签字）")
        for words in (finding.facts, finding.measures, finding.next_steps):
            for sentence in split_sentences(words):
                yield Proposal(
                    sentence=Sentence(text=sentence, evidence=(evidence,)),
                    source=source,
                    signed=finding.signed is not None,
                )


def _from_official_texts(concern: Concern, search: Search) -> Iterator[Proposal]:
    """Sentences of earlier official texts that speak of the same things, with the text as their evidence."""
    seen: set[str] = set()
    for word in concern.keywords[:_WORDS]:
        for archived in search(word):
            post = archived.post
            if post.id in seen or not post.url or not is_web_address(post.url):
                continue
            seen.add(post.id)
            for sentence in _speaking_of(post.whole_text, concern.keywords):
                evidence = Evidence(
                    kind=EvidenceKind.DOCUMENT, reference=post.url, title=post.title or sentence[:40], words=sentence
                )
                yield Proposal(
                    sentence=Sentence(text=sentence, evidence=(evidence,)), source=f"以往公布：{post.title}"
                )


def _speaking_of(text: str, words: Sequence[str]) -> tuple[str, ...]:
    fitting = [
        each for each in split_sentences(text) if _SHORT <= len(each) <= _LONG and any(w in each for w in words)
    ]
    return tuple(fitting[:_OF_ONE_TEXT])
