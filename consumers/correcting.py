"""Correcting: a person of the office says what a judgement should have been, and from then on that is what counts.

Each move is one register transaction: the correction as a row that stays, the counts of the concern as they are with
it, a line in the matter's log. The archive keeps what the model judged.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from consumers.joining import join_work
from consumers.merging import merge
from consumers.splitting import split, take_out
from consumers.tallying import elected, quarter_of, votes_of
from huiying.clock import Clock
from huiying.concern import Concern, QuarterHour
from huiying.correction import (
    OF_POSTS,
    Answer,
    Correction,
    Judgement,
    as_corrected,
    judged_of,
    said_in_words,
    standing_answers,
)
from huiying.failures import Stale
from huiying.messages import ConcernChanged
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.policy.gathering import GatheringRules
from huiying.post import ArchivedPost, Assessment, Fate, Kind, Tone
from huiying.register.fates import PostFate
from huiying.register.register import Register, Transaction

_NOTHING = 1e-9
_Key = TypeVar("_Key")


class Correcting:
    """What an officer corrects about posts and about which posts make a matter."""

    def __init__(self, register: Register, rules: GatheringRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def correct(
        self, archived: ArchivedPost, said: Mapping[Judgement, tuple[str, ...]], *, by: Person, note: str = ""
    ) -> list[Correction]:
        """Write down what a person says of a post; what stands already is not written again.

        A concern whose lead is frozen keeps it: there the concern's own lead is corrected
        (`responders/tasks/assigning.py`). A post that turns out to be a report of wrongdoing leaves its concern,
        unless it is the only one there. Raises `Stale` where the post's concern was just merged into another.
        """
        name = must_may(by, Action.CORRECT_JUDGEMENTS, self._clock.now()).name
        with self._register.transaction() as tx:
            if said.get(Judgement.KIND) == (Kind.REPORT.value,):
                # First, as the gatherer does: neither waits for the other in a circle.
                tx.concerns.members.note_change()
            # Held before anything is read: of two who correct at once the second counts on what the first left.
            fate, concern = _held(tx, archived.post.id)
            standing = tx.corrections.of_posts([archived.post.id]).get(archived.post.id, {})
            new = [
                Correction(
                    judgement=judgement,
                    post=archived.post.id,
                    judged=judged_of(archived.assessment, judgement),
                    said=words,
                    model=archived.assessment.model,
                    who=name,
                    at=self._clock.now(),
                    note=note.strip(),
                )
                for judgement, words in said.items()
                if judgement not in standing or standing[judgement].said != words
            ]
            for correction in new:
                tx.corrections.add(correction)
            before = as_corrected(archived, standing)
            after = as_corrected(before, {correction.judgement: correction for correction in new})
            if fate and concern and concern.posts > 1 and _becomes_a_report(before, after):
                take_out(tx, concern.id, before, self._rules)
                tx.concerns.add_doing(concern.id, name, "一条帖文更正为举报，移出本事项")
            elif fate and concern and after != before:
                self._recount(tx, fate, concern, (before.assessment, after.assessment), name)
            return new

    def answer(
        self, concern: str, suggested: Judgement, category: str, answer: Answer, *, by: Person, title: str
    ) -> bool:
        """Write down whether a person confirms what is suggested; False where the same answer stands already.

        It changes no deadline, no heat and raises no alert. `title` is the category as the person read it.
        """
        name = must_may(by, Action.CORRECT_JUDGEMENTS, self._clock.now()).name
        with self._register.transaction() as tx:
            standing = standing_answers(tx.corrections.said_of_concern(concern)).get((suggested, category))
            if standing and standing.said[0] == answer:
                return False
            tx.corrections.add(
                Correction(
                    judgement=suggested,
                    concern=concern,
                    judged=(category,),
                    said=(answer.value, category),
                    who=name,
                    at=self._clock.now(),
                    note=title,
                )
            )
            tx.concerns.add_doing(concern, name, f"{suggested.label}，{answer.label}：{title}")
            return True

    def merge(self, loser: str, winner: str, *, by: Person, note: str = "") -> Concern:
        """The same matter: one concern goes up in another, with the work on it. `NotAllowed` says why not."""
        signed = must_may(by, Action.CORRECT_JUDGEMENTS, self._clock.now())
        with self._register.transaction() as tx:
            joined = merge(tx, loser, winner, signed.name, self._rules)
            lost = tx.concerns.find(loser)
            assert lost is not None
            joined = join_work(tx, lost, joined, by=signed)
            _take_answers_along(tx, loser, winner)
            tx.corrections.add(
                Correction(
                    judgement=Judgement.MERGED,
                    concern=loser,
                    judged=(loser,),
                    said=(winner,),
                    who=signed.name,
                    at=signed.at,
                    note=note.strip(),
                )
            )
            return joined

    def split(self, concern: str, posts: Collection[ArchivedPost], *, by: Person, note: str = "") -> Concern:
        """These posts belong elsewhere: a concern of their own, which comes back. `NotAllowed` says why not."""
        name = must_may(by, Action.CORRECT_JUDGEMENTS, self._clock.now()).name
        with self._register.transaction() as tx:
            standing = tx.corrections.of_posts(each.post.id for each in posts)
            counted = [as_corrected(each, standing.get(each.post.id, {})) for each in posts]
            part = split(tx, concern, counted, name, self._rules, self._clock.now())
            tx.corrections.add(
                Correction(
                    judgement=Judgement.SPLIT,
                    concern=concern,
                    judged=(concern,),
                    said=tuple(sorted(each.post.id for each in posts)),
                    who=name,
                    at=self._clock.now(),
                    note=note.strip(),
                )
            )
            return part

    def _recount(
        self, tx: Transaction, fate: PostFate, concern: Concern, as_judged: tuple[Assessment, Assessment], who: str
    ) -> None:
        """Count a post in its concern as it counts now, where it was counted as it was before."""
        old, new = as_judged
        if fate.fate is Fate.TRIAGE and new.lead:
            tx.posts.move_posts([replace(fate, fate=Fate.GATHERED)])
        changed = concern
        if fate.tone is not new.tone:
            changed = _with_other_tone(tx, changed, fate, new.tone)
        if fate.fate is not Fate.NEAR_DUPLICATE:
            duties = _moved(concern.duties, _duties(old), _duties(new))
            changed = replace(changed, duties=duties)
            if not concern.lead_frozen:
                votes = _moved(concern.votes, votes_of(old, self._rules), votes_of(new, self._rules))
                changed = elected(replace(changed, votes=votes), self._rules)
        tx.concerns.add_doing(concern.id, who, _doing(old, new))
        if changed != concern:
            [written] = tx.concerns.save_all([changed])
            tx.outbox.add([ConcernChanged(concern=written.id, concern_version=written.version)])


def _take_answers_along(tx: Transaction, loser: str, winner: str) -> None:
    """What people answered to the suggestions of one concern holds for the other, where nobody answered there."""
    answered = standing_answers(tx.corrections.said_of_concern(winner))
    for category, said in standing_answers(tx.corrections.said_of_concern(loser)).items():
        if category not in answered:
            tx.corrections.add(replace(said, concern=winner))


def _becomes_a_report(before: ArchivedPost, after: ArchivedPost) -> bool:
    return after.assessment.kind is Kind.REPORT and before.assessment.kind is not Kind.REPORT


def _held(tx: Transaction, post: str) -> tuple[PostFate | None, Concern | None]:
    """The post's fate and its concern, which nobody else changes from now on; both as they are since then."""
    fate = tx.posts.fates([post]).get(post)
    if fate is None or fate.concern is None:
        return fate, None
    concern = tx.concerns.hold([fate.concern])[fate.concern]
    fate = tx.posts.fates([post])[post]
    if fate.concern != concern.id:
        raise Stale(f"post {post} left concern {concern.id} meanwhile")
    return fate, concern


def _with_other_tone(tx: Transaction, concern: Concern, fate: PostFate, tone: Tone) -> Concern:
    tx.posts.set_tone(fate.id, tone)
    moved = {fate.tone: -1, tone: 1}
    quarter = QuarterHour(starts_at=quarter_of(fate.at), posts=0, tones=moved)
    tx.concerns.add_quarter_hours([(concern.id, quarter)])
    tones = {each: concern.tones.get(each, 0) + moved.get(each, 0) for each in Tone}
    return replace(concern, tones={each: number for each, number in tones.items() if number > 0})


def _duties(assessment: Assessment) -> dict[int, float]:
    return {duty.number: duty.score for duty in assessment.duties}


def _moved(sums: Mapping[_Key, float], old: Mapping[_Key, float], new: Mapping[_Key, float]) -> dict[_Key, float]:
    """The sums with one post's old part taken out and its new part put in."""
    keys = dict.fromkeys([*sums, *new])
    moved = {key: sums.get(key, 0.0) - old.get(key, 0.0) + new.get(key, 0.0) for key in keys}
    return {key: value for key, value in moved.items() if value > _NOTHING}


def _doing(old: Assessment, new: Assessment) -> str:
    told = [
        f"{judgement.label}{said_in_words(judgement, was)}→{said_in_words(judgement, said)}"
        for judgement in OF_POSTS
        if (was := judged_of(old, judgement)) != (said := judged_of(new, judgement))
    ]
    return f"更正一条帖文：{'，'.join(told)}"
