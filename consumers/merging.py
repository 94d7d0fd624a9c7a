"""Merges two concerns into one, by a person's order: posts, counts and members move, and the loser points on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from consumers.tallying import elected
from huiying.concern import Concern, Registration
from huiying.failures import NotAllowed
from huiying.messages import ConcernChanged
from huiying.policy.gathering import GatheringRules
from huiying.register.register import Transaction

_Key = TypeVar("_Key")
_Number = TypeVar("_Number", int, float)


def merge(tx: Transaction, loser: str, winner: str, who: str, rules: GatheringRules) -> Concern:
    """Let one concern go up in another, and say so in both logs; the winner comes back as it stands then.

    The gatherer notices that the members were changed and reads its memory anew before its next batch. Raises
    `NotAllowed` where either does not exist, was merged already, or both are the same.
    """
    # First, as the gatherer does: whoever changes members waits here for the other, and neither in a circle.
    tx.concerns.members.note_change()
    found = tx.concerns.hold([loser, winner])
    lost, won = _mergeable(found.get(loser), loser), _mergeable(found.get(winner), winner)
    if loser == winner:
        raise NotAllowed(f"concern {winner} cannot be merged into itself")
    tx.posts.move_fates(loser, winner)
    tx.concerns.move_quarter_hours(loser, winner)
    tx.concerns.members.move(loser, winner)
    written = tx.concerns.save_all([_joined(lost, won, rules), replace(lost, merged_into=winner)])
    tx.concerns.add_doing(winner, who, f"并入事项 {lost.number}“{lost.title}”（{lost.posts} 条帖文）")
    tx.concerns.add_doing(loser, who, f"本事项并入 {won.number}“{won.title}”")
    tx.outbox.add([ConcernChanged(concern=each.id, concern_version=each.version) for each in written])
    return written[0]


def _mergeable(concern: Concern | None, wanted: str) -> Concern:
    if concern is None:
        raise NotAllowed(f"there is no concern {wanted}")
    if concern.merged_into:
        raise NotAllowed(f"concern {wanted} was merged into {concern.merged_into} already")
    return concern


def _joined(lost: Concern, won: Concern, rules: GatheringRules) -> Concern:
    distinct = lost.distinct_posts + won.distinct_posts
    attention = lost.attention * lost.distinct_posts + won.attention * won.distinct_posts
    joined = replace(
        won,
        first_post_at=min(lost.first_post_at, won.first_post_at),
        last_post_at=max(lost.last_post_at, won.last_post_at),
        votes=_sums(lost.votes, won.votes),
        duties=_sums(lost.duties, won.duties),
        posts=lost.posts + won.posts,
        distinct_posts=distinct,
        tones=_sums(lost.tones, won.tones),
        sources=_sums(lost.sources, won.sources),
        urgencies=_sums(lost.urgencies, won.urgencies),
        attention=attention / distinct if distinct else 0.0,
        engagement=lost.engagement + won.engagement,
        registered=_weightier(lost.registered, won.registered),
    )
    return joined if joined.lead_frozen else elected(joined, rules)


def _weightier(lost: Registration | None, won: Registration | None) -> Registration | None:
    """What a person set for one of them holds for both; of two the higher level, of equals the winner's own."""
    if lost is None or won is None:
        return won or lost
    return lost if lost.level.rank > won.level.rank else won


def _sums(one: Mapping[_Key, _Number], other: Mapping[_Key, _Number]) -> dict[_Key, _Number]:
    sums = dict(one)
    for key, number in other.items():
        sums[key] = sums[key] + number if key in sums else number
    return sums
