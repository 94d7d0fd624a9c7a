"""What was found when an answer was checked: of each evidence, of each sentence, of the whole text."""

from dataclasses import dataclass

from huiying.clarification import Evidence, Sentence

UNTIED = "无依据（可关联依据、作具名判断，或删去）"
"""What is said of a sentence that rests on nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TieCheck:
    """One evidence of a sentence: its words as they stand now, and what is wrong with it, if anything.

    `waits` is not wrong but not enough yet: a finding that its head has not signed (签字后生效).
    """

    evidence: Evidence
    words: str = ""
    wrong: str = ""
    waits: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentenceCheck:
    """One sentence with everything that was found about it; `faults` are in words, empty where it may go out."""

    number: int
    sentence: Sentence
    ties: tuple[TieCheck, ...]
    faults: tuple[str, ...]

    @property
    def untied(self) -> bool:
        """Whether it rests on nothing at all."""
        return not self.sentence.evidence

    @property
    def only_waits(self) -> bool:
        """Whether nothing is wrong but a signature is missing."""
        return bool(self.faults) and list(self.faults) == [tie.waits for tie in self.ties if tie.waits]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextCheck:
    """A whole text."""

    sentences: tuple[SentenceCheck, ...]
    title_faults: tuple[str, ...]

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why it cannot be submitted, sentence by sentence; empty where it can."""
        of_sentences = (f"第 {each.number} 句{'；'.join(each.faults)}" for each in self.sentences if each.faults)
        return (*(f"标题{fault}" for fault in self.title_faults), *of_sentences)

    @property
    def first_faulty(self) -> int | None:
        """The number of the sentence to mend first."""
        return next((each.number for each in self.sentences if each.faults), None)
