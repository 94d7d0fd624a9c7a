"""What is at hand to tie a sentence to: findings, numbers of the register, and what posts of the concern say."""

from dataclasses import dataclass
from datetime import datetime

from huiying.clarification import Evidence, EvidenceKind
from huiying.concern import Concern
from huiying.post import Fate
from huiying.register.register import Transaction
from responders.answers.drafts.evidence import Posts
from responders.answers.drafts.queries import references
from responders.answers.drafts.quoting import finding_words


@dataclass(frozen=True, kw_only=True, slots=True)
class AtHand:
    """One evidence that a sentence may be tied to, and its words; `source` is what a person calls it."""

    evidence: Evidence
    source: str
    words: str
    signed: bool = True


def findings_at_hand(tx: Transaction, concern: Concern) -> tuple[AtHand, ...]:
    """The findings about a concern, the newest first, signed or not."""
    findings = sorted(tx.findings.of_concern(concern.id), key=lambda finding: finding.written.at, reverse=True)
    return tuple(
        AtHand(
            evidence=Evidence(kind=EvidenceKind.FINDING, reference=finding.id),
            source=f"{finding.bureau}{finding.kind.label}",
            words=finding_words(finding),
            signed=finding.signed is not None,
        )
        for finding in findings
    )


def numbers_at_hand(tx: Transaction, concern: Concern, now: datetime) -> tuple[AtHand, ...]:
    """What the queries say now."""
    return tuple(
        AtHand(
            evidence=Evidence(kind=EvidenceKind.NUMBER, reference=reference, words=words), source="数字", words=words
        )
        for reference, words in references(tx, concern, now)
    )


def posts_at_hand(tx: Transaction, concern: Concern, posts: Posts, limit: int) -> tuple[AtHand, ...]:
    """What the newest posts of a concern say, masked, copies left out."""
    fates = [
        fate for fate in tx.posts.of_concern(concern.id, limit=5 * limit) if fate.fate is not Fate.NEAR_DUPLICATE
    ]
    wanted = [fate.id for fate in fates[:limit]]
    kept = posts(wanted)
    return tuple(
        AtHand(
            evidence=Evidence(kind=EvidenceKind.POST, reference=id),
            source=f"帖文 {id}",
            words=kept[id].post.whole_text,
        )
        for id in wanted
        if id in kept
    )
