"""Changes to the sentences of a text, each from the sentences as they are to the sentences as they shall be."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from huiying.clarification import Evidence, EvidenceKind, Sentence
from huiying.failures import NotAllowed
from responders.answers.drafts.differences import differences

Sentences = tuple[Sentence, ...]
Edit = Callable[[Sentences], Sentences]


def reworded(texts: Sequence[str]) -> Edit:
    """Write the sentences anew.

    One that stayed keeps everything. One that was changed keeps what it is tied to, which is checked again, but no
    judgement: that was given for the words as they were.
    """

    def edit(sentences: Sentences) -> Sentences:
        before = [sentence.text for sentence in sentences]
        kept: dict[int, Sentence] = {}
        for change in differences(before, texts):
            if change.old is not None and change.new is not None:
                kept[change.new] = _carried(sentences[change.old - 1], texts[change.new - 1])
        return tuple(kept.get(number, Sentence(text=text)) for number, text in enumerate(texts, start=1))

    return edit


def _carried(sentence: Sentence, text: str) -> Sentence:
    if sentence.text == text:
        return sentence
    ties = tuple(each for each in sentence.evidence if each.kind is not EvidenceKind.JUDGEMENT)
    return replace(sentence, text=text, evidence=ties)


def tied(number: int, evidence: Evidence) -> Edit:
    """Tie a sentence to one evidence more (关联依据)."""

    def edit(sentence: Sentence) -> Sentence:
        if evidence in sentence.evidence:
            raise NotAllowed(f"第 {number} 句已关联这条{evidence.kind.label}")
        return replace(sentence, evidence=(*sentence.evidence, evidence))

    return _at(number, edit)


def untied(number: int, place: int) -> Edit:
    """Take away the evidence at this place, counted from 1."""

    def edit(sentence: Sentence) -> Sentence:
        if not 1 <= place <= len(sentence.evidence):
            raise NotAllowed(f"第 {number} 句没有第 {place} 条依据，请刷新后再看")
        return replace(sentence, evidence=sentence.evidence[: place - 1] + sentence.evidence[place:])

    return _at(number, edit)


def judged(number: int, grounds: str = "") -> Edit:
    """Let whoever saves this answer for a sentence by name (具名判断)."""
    return tied(number, Evidence(kind=EvidenceKind.JUDGEMENT, words=grounds))


def tagged(number: int, parts: Sequence[str]) -> Edit:
    """Say which required contents a sentence gives."""
    return _at(number, lambda sentence: replace(sentence, parts=tuple(parts)))


def said_otherwise(number: int, text: str) -> Edit:
    """Write one sentence anew."""

    def edit(sentences: Sentences) -> Sentences:
        place = _place(sentences, number)
        return (*sentences[:place], _carried(sentences[place], text), *sentences[place + 1 :])

    return edit


def dropped(number: int) -> Edit:
    """Delete a sentence (删去)."""

    def edit(sentences: Sentences) -> Sentences:
        place = _place(sentences, number)
        return sentences[:place] + sentences[place + 1 :]

    return edit


def added(more: Sequence[Sentence]) -> Edit:
    """Put sentences at the end."""
    return lambda sentences: (*sentences, *more)


def _at(number: int, change: Callable[[Sentence], Sentence]) -> Edit:
    def edit(sentences: Sentences) -> Sentences:
        place = _place(sentences, number)
        return (*sentences[:place], change(sentences[place]), *sentences[place + 1 :])

    return edit


def _place(sentences: Sentences, number: int) -> int:
    if not 1 <= number <= len(sentences):
        raise NotAllowed(f"没有第 {number} 句，这一稿共 {len(sentences)} 句")
    return number - 1
