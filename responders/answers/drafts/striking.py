"""Reads what a model wrote and strikes every sentence that its evidence does not bear out, with the reason.

A model may obey an instruction that stood in a post. That changes nothing: whatever it writes is only words, and only
those that rest on the evidence they name, by the same check as a person's and one stricter, are left.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from huiying.clarification import Evidence, EvidenceKind, Sentence, Struck
from huiying.failures import NotAllowed
from huiying.policy.answers import SentenceRules
from responders.answers.drafts.at_hand import AtHand
from responders.answers.drafts.evidence import EvidenceCheck
from responders.answers.drafts.sentences import split_sentences
from responders.answers.drafts.writing import refuse_words

_MARK = re.compile(r"[【\[]\s*(E\d{1,4})\s*[】\]]")
_BULLET = re.compile(r"^(?:[-*•]\s*|\d{1,3}[.、)）]\s*)")


def sift(
    output: str, evidence: Mapping[str, AtHand], check: EvidenceCheck, rules: SentenceRules
) -> tuple[tuple[Sentence, ...], tuple[Struck, ...]]:
    """The sentences that may be used, each with its evidence, and those that were struck."""
    kept: list[Sentence] = []
    struck: list[Struck] = []
    for line in output.splitlines():
        if len(kept) + len(struck) >= rules.most_sentences:
            break
        text, marks = _read(line)
        if not text:
            continue
        sentence, reason = _judge(text, marks, evidence, check, rules)
        if reason:
            struck.append(Struck(text=_showable(text, rules), reason=reason))
        elif sentence not in kept:
            kept.append(sentence)
    return tuple(kept), tuple(struck)


def _read(line: str) -> tuple[str, tuple[str, ...]]:
    marks = tuple(dict.fromkeys(_MARK.findall(line)))
    return _BULLET.sub("", _MARK.sub("", line).strip()).strip(), marks


def _judge(
    text: str, marks: Sequence[str], evidence: Mapping[str, AtHand], check: EvidenceCheck, rules: SentenceRules
) -> tuple[Sentence, str]:
    """The sentence with its evidence, and why it is struck; no reason where it stays."""
    sentence = Sentence(text=text, evidence=tuple(_tie(text, evidence[mark]) for mark in marks if mark in evidence))
    return sentence, next(_reasons(sentence, marks, evidence, check, rules), "")


def _reasons(
    sentence: Sentence,
    marks: Sequence[str],
    evidence: Mapping[str, AtHand],
    check: EvidenceCheck,
    rules: SentenceRules,
) -> Iterator[str]:
    if len(sentence.text) > rules.most_characters:
        yield f"超过 {rules.most_characters} 字"
    try:
        refuse_words("这一句", sentence.text)
    except NotAllowed as refusal:
        yield str(refusal)
    if len(split_sentences(sentence.text)) > 1:
        yield "一行不止一句，分不清哪句依据哪条"
    if not marks:
        yield "没有注明依据"
    yield from (f"注明的依据 {mark} 不存在" for mark in marks if mark not in evidence)
    yield from check.sentence(sentence).faults
    words = "\n".join(evidence[mark].words for mark in marks)
    if shared(sentence.text, words) < rules.likeness:
        yield "与所注依据的文字相差太大"
    nearest = max(split_sentences(words), key=lambda each: shared(sentence.text, each), default="")
    if _denies(sentence.text, rules) != _denies(nearest, rules):
        yield f"肯定与否定和依据不同（依据是“{nearest}”）"


def _denies(text: str, rules: SentenceRules) -> bool:
    return any(negation in text for negation in rules.negations)


def _tie(text: str, at_hand: AtHand) -> Evidence:
    """The evidence as a sentence is tied to it; of a post, the sentence of it that is meant."""
    if at_hand.evidence.kind is not EvidenceKind.POST:
        return at_hand.evidence
    said = max(split_sentences(at_hand.words), key=lambda each: shared(each, text), default="")
    return replace(at_hand.evidence, words=said)


def shared(text: str, words: str) -> float:
    """How much of a text, in pairs of neighbouring characters, stands in these words, 0..1."""
    pairs, there = _pairs(text), _pairs(words)
    return len(pairs & there) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[^\w]", "", text)
    return {plain[place : place + 2] for place in range(len(plain) - 1)}


def _showable(text: str, rules: SentenceRules) -> str:
    """What was struck as it can be shown: not endless, and nothing that cannot be seen."""
    seen = "".join(each if each.isprintable() else "□" for each in text)
    return seen if len(seen) <= rules.most_characters else seen[: rules.most_characters] + "…"
