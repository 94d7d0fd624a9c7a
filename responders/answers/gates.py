"""Gates: which text stands before them, what it still has to pass, and the steps of its proceeding that follow.

Everything here works inside the transaction of whoever calls it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from huiying.clarification import Clarification, ClarificationState, Text
from huiying.clock import BEIJING
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.person import Signed
from huiying.policy.review import ReviewRules
from huiying.register.register import Transaction
from huiying.review import Review, Standing, authors
from responders.answers.answer import clarification_of
from responders.answers.unclassified import must_be_unclassified
from responders.proceedings.proceeding import complete_step, proceeding_id, proceeding_of, reopen_steps
from responders.rules import PROCEDURE

NO_NUMBER = "未编号"
"""The number of a review that nobody has spoken in yet."""


class GateOffice(Protocol):
    """The part of the office's policy that gates need."""

    @property
    def review(self) -> ReviewRules:
        """Who sits where, and the clocks."""
        ...


def newest_text(tx: Transaction, clarification: str) -> Text:
    """The version that is to pass; `NotAllowed` where nothing was written yet."""
    texts = tx.clarifications.texts(clarification)
    if not texts:
        raise NotAllowed(f"回应稿 {clarification} 还没有文稿，请先起草")
    return texts[-1]


def authors_of(tx: Transaction, clarification: str) -> dict[str, str]:
    """Who wrote any version of it, by id with their names."""
    return {text.by.person: text.by.name for text in tx.clarifications.texts(clarification)}


def words_of(text: Text) -> str:
    """What the public would read."""
    return "\n".join((text.title, *(sentence.text for sentence in text.sentences)))


def open_review(tx: Transaction, rules: ReviewRules, clarification: Clarification, now: datetime) -> Standing:
    """How far the newest text has come; sent for review where it was not yet and its draft was handed in."""
    standing = standing_of_newest(tx, rules, clarification)
    if standing.review.number != NO_NUMBER:
        return standing
    number = tx.reviews.next_number(now.astimezone(BEIJING).year)
    review = replace(standing.review, number=number)
    tx.reviews.insert(review)
    return Standing(review=review, records=())


def standing_of_newest(tx: Transaction, rules: ReviewRules, clarification: Clarification) -> Standing:
    """How far the newest text has come, or (without a number) what it will have to pass once somebody speaks.

    The clocks run from when this text was handed in. `NotAllowed` where it was not.
    """
    text = newest_text(tx, clarification.id)
    found = tx.reviews.of_text(clarification.id, text.sha256)
    if found is not None:
        return found
    must_be_unclassified(words_of(text))
    draft = proceeding_of(tx, proceeding_id(clarification.episode, PROCEDURE)).done_as("draft")
    if draft is None:
        raise NotAllowed("这一稿还没有送审：请起草人先送审，再办审核会签、公开审查和签发")
    handed_in = max(draft.by.at, text.by.at)
    review = Review(
        clarification=clarification.id,
        concern=clarification.concern,
        text=text.number,
        sha256=text.sha256,
        number=NO_NUMBER,
        seats=rules.seats(_co_handlers(tx, clarification)),
        clocks=rules.clocks(handed_in, expedited=False),
        opened_at=handed_in,
        minimum_people=rules.minimum_people,
    )
    return Standing(review=review, records=())


def settle_steps(tx: Transaction, clarification: Clarification, standing: Standing, by: Signed) -> None:
    """Make the proceeding's steps say what the gates say: done in their order as far as they are passed."""
    id = proceeding_id(clarification.episode, PROCEDURE)
    for gate in Gate:
        if not standing.passed(gate, by.at):
            void = tuple(each.step for each in Gate if each is gate or gate in each.before)
            reopen_steps(tx, id, void, by=by, reasons=f"{gate.label}未通过或已失效")
            return
        if proceeding_of(tx, id).done_as(gate.step) is None:
            complete_step(tx, id, gate.step, by=by)


def text_changed(tx: Transaction, clarification_id: str, *, by: Signed) -> None:
    """A new version was saved: what was said about another text counts for it no longer, so its gates stand open.

    Whoever saves a version calls this in the same transaction; what a text passed before stays with that text.
    """
    clarification = clarification_of(tx, clarification_id)
    text = newest_text(tx, clarification_id)
    standing = tx.reviews.of_text(clarification_id, text.sha256)
    if standing is not None:
        settle_steps(tx, clarification, standing, by)
        return
    reasons = f"文稿改为第 {text.number} 版，三道关同时作废"
    id = proceeding_id(clarification.episode, PROCEDURE)
    reopen_steps(tx, id, tuple(gate.step for gate in Gate), by=by, reasons=reasons)


def send_back(tx: Transaction, clarification: Clarification, *, by: Signed, reasons: str) -> None:
    """退回修改: the answer is a draft again."""
    saved = replace(clarification, state=ClarificationState.DRAFTING)
    tx.clarifications.save(saved, clarification.version)
    steps = ("draft", *(gate.step for gate in Gate))
    reopen_steps(tx, proceeding_id(clarification.episode, PROCEDURE), steps, by=by, reasons=reasons)


def must_not_be_an_author(tx: Transaction, clarification: str, *people: Signed) -> None:
    """Who wrote any version neither checks, reviews nor signs, nor takes down that others did."""
    wrote = authors(text.by for text in tx.clarifications.texts(clarification))
    for each in people:
        if each.person in wrote:
            raise NotAllowed(f"{each.name}起草过这份回应稿，不能审核会签、公开审查、签发，也不能登记他人的同意")


def _co_handlers(tx: Transaction, clarification: Clarification) -> Sequence[str]:
    tasks = [task for task in tx.tasks.of_concern(clarification.concern) if task.alert == clarification.episode]
    return [each for task in tasks for each in task.co_handlers if each != clarification.bureau]
