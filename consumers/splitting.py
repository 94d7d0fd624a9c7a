"""Splits posts off a concern into one of their own, by a person's order; the counterpart of `merge`.

What is left keeps its name, number, alert and tasks. The posts taken away are remembered as the new concern's own, so
that later ones go where those like them went.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from consumers.gathering import fate_of, from_member, incoming, to_member
from consumers.grouping.grouping import Grouping
from consumers.grouping.memory import Remembered
from consumers.tallying import Tally, elected
from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.messages import ConcernChanged
from huiying.policy.gathering import GatheringRules
from huiying.post import ArchivedPost, Fate
from huiying.register.fates import PostFate
from huiying.register.register import Transaction

_Key = TypeVar("_Key")
_Number = TypeVar("_Number", int, float)
_NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parting:
    """Posts on their way into a concern of their own: their fates before and after, and who is remembered there."""

    posts: Sequence[ArchivedPost]
    before: Mapping[str, PostFate]
    after: Mapping[str, PostFate]
    members: Sequence[Remembered]


def split(
    tx: Transaction, concern: str, posts: Collection[ArchivedPost], who: str, rules: GatheringRules, now: datetime
) -> Concern:
    """Take these posts out of a concern into a new one, and say so in both logs; the new one comes back.

    The gatherer notices that the members were changed and reads its memory anew before its next batch. Raises
    `NotAllowed` where the concern does not exist or was merged, a post is not its own, or none would be left.
    """
    # First, as the gatherer does: whoever changes members waits here for the other, and neither in a circle.
    tx.concerns.members.note_change()
    whole = _standing(tx, concern)
    grouping = Grouping(rules)
    parting = _parting(tx, grouping, whole, posts, rules)
    tx.posts.move_posts(list(parting.after.values()))
    tx.concerns.members.forget(parting.after)
    tx.concerns.members.add([to_member(member) for member in parting.members])
    part = _write_part(tx, grouping, parting, rules, now)
    rest = _write_rest(tx, grouping, whole, parting, rules)
    tx.concerns.add_doing(part.id, who, f"由事项 {rest.number}“{rest.title}”拆分而来（{part.posts} 条帖文）")
    tx.concerns.add_doing(rest.id, who, f"拆出事项 {part.number}“{part.title}”（{part.posts} 条帖文）")
    tx.outbox.add([ConcernChanged(concern=each.id, concern_version=each.version) for each in (rest, part)])
    return part


def take_out(tx: Transaction, concern: str, archived: ArchivedPost, rules: GatheringRules) -> Concern:
    """Take one post out of a concern and give it to no other: a report of wrongdoing (举报) joins none.

    Whoever calls it has noted the change of members before anything else. Raises `NotAllowed` where the post is not
    the concern's own, or its only one.
    """
    whole = _standing(tx, concern)
    before = _own_fates(tx, whole, [archived])
    after = {post: replace(fate, fate=Fate.TRIAGE, concern=None) for post, fate in before.items()}
    tx.posts.move_posts(list(after.values()))
    tx.concerns.members.forget(after)
    parting = _Parting(posts=[archived], before=before, after=after, members=())
    rest = _write_rest(tx, Grouping(rules), whole, parting, rules)
    tx.outbox.add([ConcernChanged(concern=rest.id, concern_version=rest.version)])
    return rest


def _standing(tx: Transaction, wanted: str) -> Concern:
    concern = tx.concerns.hold([wanted]).get(wanted)
    if concern is None:
        raise NotAllowed(f"there is no concern {wanted}")
    if concern.merged_into:
        raise NotAllowed(f"concern {wanted} was merged into {concern.merged_into}; split that one instead")
    return concern


def _parting(
    tx: Transaction, grouping: Grouping, whole: Concern, posts: Collection[ArchivedPost], rules: GatheringRules
) -> _Parting:
    chosen = sorted(posts, key=lambda each: (each.post.at, each.post.id))
    before = _own_fates(tx, whole, chosen)
    placed = grouping.place([incoming(each) for each in chosen])
    part = hashlib.sha256(f"split:{whole.id}:{whole.version}".encode()).hexdigest()[:20]
    after = {
        each.post.id: replace(before[each.post.id], concern=part, fate=fate_of(each, placement))
        for each, placement in zip(chosen, placed.placements, strict=True)
    }
    members = [replace(member, concern=part, strand=part) for member in placed.remembered]
    near = rules.grouping
    return _Parting(
        posts=chosen,
        before=before,
        after=after,
        members=members
        if len(members) <= near.members
        else members[: near.anchors] + members[near.anchors - near.members :],
    )


def _own_fates(tx: Transaction, whole: Concern, chosen: Sequence[ArchivedPost]) -> Mapping[str, PostFate]:
    fates = tx.posts.fates(each.post.id for each in chosen)
    for each in chosen:
        if each.post.id not in fates or fates[each.post.id].concern != whole.id:
            raise NotAllowed(f"post {each.post.id} does not belong to concern {whole.id}")
    if not 0 < len(fates) < whole.posts:
        raise NotAllowed(f"{len(fates)} of {whole.posts} posts cannot be split off concern {whole.id}")
    return fates


def _write_part(
    tx: Transaction, grouping: Grouping, parting: _Parting, rules: GatheringRules, now: datetime
) -> Concern:
    tally = _tally(parting.posts, parting.after, rules, now)
    tally.name(grouping.name(parting.members))
    number = tx.concerns.next_number(now.astimezone(BEIJING).year)
    part = tx.concerns.insert(replace(tally.concern(), number=number))
    tx.concerns.add_quarter_hours((part.id, quarter) for quarter in tally.quarter_hours())
    return part


def _write_rest(
    tx: Transaction, grouping: Grouping, whole: Concern, parting: _Parting, rules: GatheringRules
) -> Concern:
    tally = _tally(parting.posts, parting.before, rules, whole.found_at)
    tx.concerns.take_quarter_hours(whole.id, tally.quarter_hours())
    rest = _without(whole, tally.concern())
    span = tx.posts.span_of(whole.id)
    assert span is not None  # not every post was taken away
    rest = replace(rest, first_post_at=span[0], last_post_at=span[1])
    if rest.title_post in parting.after and (left := tx.concerns.members.of_concern(whole.id)):
        name = grouping.name([from_member(member) for member in left])
        rest = replace(rest, title=name.title, keywords=name.keywords, title_post=name.post)
    return tx.concerns.save(rest if rest.lead_frozen else elected(rest, rules), whole.version)


def _tally(
    posts: Sequence[ArchivedPost], fates: Mapping[str, PostFate], rules: GatheringRules, found_at: datetime
) -> Tally:
    """These posts counted into a concern of their own."""
    first = fates[posts[0].post.id]
    assert first.concern is not None  # a post that has none cannot be split off
    nothing = Concern(
        id=first.concern,
        number="",
        title="",
        keywords=(),
        first_post_at=first.at,
        last_post_at=first.at,
        found_at=found_at,
        episode_began_at=first.at,
    )
    tally = Tally(nothing, rules)
    for each in posts:
        tally.count(fates[each.post.id], each.assessment, each.post.engagement)
    return tally


def _without(whole: Concern, taken: Concern) -> Concern:
    """What is left of the counts. A post may have been judged anew since it was counted: none falls below nothing."""
    distinct = max(whole.distinct_posts - taken.distinct_posts, 0)
    attention = whole.attention * whole.distinct_posts - taken.attention * taken.distinct_posts
    return replace(
        whole,
        votes=_less(whole.votes, taken.votes),
        duties=_less(whole.duties, taken.duties),
        posts=whole.posts - taken.posts,
        distinct_posts=distinct,
        tones=_less(whole.tones, taken.tones),
        sources=_less(whole.sources, taken.sources),
        urgencies=_less(whole.urgencies, taken.urgencies),
        attention=min(max(attention / distinct, 0.0), 1.0) if distinct else 0.0,
        engagement=max(whole.engagement - taken.engagement, 0),
    )


def _less(whole: Mapping[_Key, _Number], taken: Mapping[_Key, _Number]) -> dict[_Key, _Number]:
    left = {key: number - taken[key] if key in taken else number for key, number in whole.items()}
    return {key: number for key, number in left.items() if number > _NOTHING}
