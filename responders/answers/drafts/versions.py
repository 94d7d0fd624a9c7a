"""The versions of an answer: which read alike, who signed what in them, and what one who came second is told."""

from collections.abc import Sequence
from dataclasses import replace

from huiying.clarification import Evidence, EvidenceKind, Sentence, Text
from huiying.failures import NotAllowed
from huiying.person import Signed
from responders.answers.drafts.differences import SentenceChange, differences
from responders.answers.drafts.editing import Sentences


class Overtaken(NotAllowed):
    """Somebody else saved a version first; `changes` are theirs, sentence by sentence."""

    def __init__(self, words: str, changes: tuple[SentenceChange, ...]) -> None:
        super().__init__(words)
        self.changes = changes


def wordings(texts: Sequence[Text]) -> tuple[Text, ...]:
    """The drafts 稿 as a reader counts them: of versions in a row that read alike, the last."""
    following = [*texts, None][1:]
    return tuple(text for text, after in zip(texts, following, strict=True) if reads_otherwise(text, after))


def reads_otherwise(one: Text | None, other: Text | None) -> bool:
    """Whether the public would read something else."""
    return one is None or other is None or one.sha256 != other.sha256


def compare(old: Text, new: Text) -> tuple[SentenceChange, ...]:
    """What changed from one version to another, the title first."""
    return differences(_lines(old), _lines(new))


def overtaken(texts: Sequence[Text], after: int) -> NotAllowed:
    """What the second of two is told: who was first, and what they changed since the version at hand."""
    if not 0 <= after <= len(texts) or not texts:
        return NotAllowed(f"没有第 {after} 版，最新的是第 {len(texts)} 版；请刷新后再改")
    last = texts[-1]
    before = _lines(texts[after - 1]) if after else []
    changes = tuple(change for change in differences(before, _lines(last)) if change.changed)
    what = "改动见下" if changes else "正文没有变，依据有变动"
    return Overtaken(f"{last.by.name}刚才先存了第 {last.number} 版，{what}；你的改动没有保存，请核对后再存", changes)


def signed_judgements(sentences: Sentences, earlier: Sequence[Text], signed: Signed) -> Sentences:
    """The sentences with a name under each judgement: that of whoever saves, or the one it had for the same words.

    `NotAllowed` where a judgement bears a name that nobody gave for these words: nobody judges in another's name.
    """
    given = {
        (sentence.text, evidence)
        for text in earlier
        for sentence in text.sentences
        for evidence in sentence.evidence
        if evidence.kind is EvidenceKind.JUDGEMENT
    }

    def sign(sentence: Sentence) -> Sentence:
        return replace(
            sentence, evidence=tuple(_sign(sentence.text, each, given, signed) for each in sentence.evidence)
        )

    return tuple(sign(sentence) for sentence in sentences)


def _sign(text: str, evidence: Evidence, given: set[tuple[str, Evidence]], signed: Signed) -> Evidence:
    if evidence.kind is not EvidenceKind.JUDGEMENT:
        return evidence
    if evidence.by is None:
        return replace(evidence, by=signed)
    if (text, evidence) not in given:
        raise NotAllowed(f"“{text}”的判断署名{evidence.by.name}，但本人没有对这句话作过判断；具名判断只能由本人作出")
    return evidence


def _lines(text: Text) -> list[str]:
    return [text.title, *(sentence.text for sentence in text.sentences)]
