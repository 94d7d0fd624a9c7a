"""What changed since the text that was reviewed last, and what was asked then."""

from collections.abc import Sequence
from dataclasses import dataclass

from huiying.clarification import Text
from huiying.register.register import Transaction
from huiying.review import Standing
from responders.answers.drafts.differences import Piece, SentenceChange, Stretch, differences


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The newest text beside the last one that was reviewed."""

    heading: str
    title: tuple[Piece, ...]
    sentences: tuple[SentenceChange, ...]
    added: int
    removed: int
    asked: tuple[str, ...]


def view_difference(tx: Transaction, texts: Sequence[Text]) -> Difference:
    """The newest of these texts beside the last one before it that somebody reviewed."""
    newest = texts[-1]
    before = {standing.review.text: standing for standing in tx.reviews.of_clarification(newest.clarification)}
    numbers = [number for number, standing in before.items() if number < newest.number and standing.records]
    last = texts[max(numbers) - 1] if numbers else None
    old = last or newest
    sentences = differences([each.text for each in old.sentences], [each.text for each in newest.sentences])
    title = tuple(piece for change in differences([old.title], [newest.title]) for piece in change.pieces)
    pieces = [*title, *(piece for change in sentences for piece in change.pieces)]
    return Difference(
        heading=f"第 {newest.number} 版与上次审查稿（第 {last.number} 版）的差别"
        if last
        else f"第 {newest.number} 版",
        title=title,
        sentences=sentences,
        added=sum(len(piece.words) for piece in pieces if piece.stretch is Stretch.ADDED),
        removed=sum(len(piece.words) for piece in pieces if piece.stretch is Stretch.REMOVED),
        asked=_asked(before[last.number]) if last else (),
    )


def _asked(standing: Standing) -> tuple[str, ...]:
    said = [record for record in standing.records if record.remarks and not record.passed]
    return tuple(f"{each.by.name}（{each.conclusion.called(each.gate)}）：{each.remarks}" for each in said)
