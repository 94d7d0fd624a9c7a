"""The first holding statement 首次回应口径: what can be said within a minute, from what is known and nothing else.

It says what was heard since when, who is handling it since when, and what signed findings say. What nobody knows yet,
such as when the next word will come, is left blank, and a text with a blank cannot be submitted.
"""

from dataclasses import dataclass

from huiying.clarification import ClarificationKind, Evidence, EvidenceKind, Sentence
from huiying.concern import Concern
from huiying.policy.answers import HoldingLines
from huiying.register.register import Transaction
from huiying.task import Task
from responders.answers.answer import short_title, usual_title
from responders.answers.drafts.claims import Names
from responders.answers.drafts.evidence import Posts
from responders.answers.drafts.queries import ask_again, moment_in_answer
from responders.answers.drafts.sentences import split_sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A proposed text: its title, and its sentences with their evidence."""

    title: str
    sentences: tuple[Sentence, ...]


def holding_statement(
    tx: Transaction, concern: Concern, lines: HoldingLines, names: Names, posts: Posts
) -> Statement:
    """What may be said about a concern now."""
    next_word = Sentence(text=lines.next, parts=("next",))
    return Statement(
        title=usual_title(concern, ClarificationKind.SITUATION),
        sentences=(
            _heard(tx, concern, lines, posts),
            _handling(tx, concern, lines, names),
            *_found(tx, concern),
            next_word,
        ),
    )


def _heard(tx: Transaction, concern: Concern, lines: HoldingLines, posts: Posts) -> Sentence:
    span = tx.posts.span_of(concern.id)
    since = number_evidence(tx, concern, "first-post" if span else "discovered")
    first = moment_in_answer(span[0] if span else concern.found_at)
    text = lines.heard.format(first=first, title=short_title(concern))
    return Sentence(text=text, evidence=(since, *_of_title(concern, posts)))


def _of_title(concern: Concern, posts: Posts) -> tuple[Evidence, ...]:
    """The post that the concern's title was taken from, where it is kept and has these words."""
    if concern.title_post is None:
        return ()
    archived = posts([concern.title_post]).get(concern.title_post)
    if archived is None or short_title(concern) not in archived.post.whole_text:
        return ()
    return (Evidence(kind=EvidenceKind.POST, reference=concern.title_post, words=short_title(concern)),)


def _handling(tx: Transaction, concern: Concern, lines: HoldingLines, names: Names) -> Sentence:
    task = _in_hand(tx, concern)
    if task is None or task.sent_at is None:
        return Sentence(text=lines.unassigned)
    text = lines.handling.format(sent=moment_in_answer(task.sent_at), bureau=names.get(task.bureau, task.bureau))
    return Sentence(text=text, evidence=(number_evidence(tx, concern, f"task-sent@{task.bureau}"),))


def _in_hand(tx: Transaction, concern: Concern) -> Task | None:
    """The lead's task of the present episode, once it was sent."""
    tasks = [task for task in tx.tasks.of_concern(concern.id) if task.alert == concern.episode_id and task.sent_at]
    return next((task for task in tasks if task.bureau == concern.lead), tasks[0] if tasks else None)


def _found(tx: Transaction, concern: Concern) -> tuple[Sentence, ...]:
    """What the newest signed finding says was found and done."""
    signed = [finding for finding in tx.findings.of_concern(concern.id) if finding.signed]
    if not signed:
        return ()
    newest = max(signed, key=lambda finding: finding.written.at)
    evidence = Evidence(kind=EvidenceKind.FINDING, reference=newest.id)
    said = (*split_sentences(newest.facts), *split_sentences(newest.measures))
    return tuple(Sentence(text=sentence, evidence=(evidence,)) for sentence in said)


def number_evidence(tx: Transaction, concern: Concern, reference: str) -> Evidence:
    """A query as evidence, with what it says now."""
    return Evidence(kind=EvidenceKind.NUMBER, reference=reference, words=ask_again(tx, concern, reference))
