"""Counts posts into a concern: how many, in which tone, from what sources, and for which bureau they vote."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from consumers.grouping.grouping import Name
from huiying.concern import Concern, QuarterHour
from huiying.policy.gathering import GatheringRules
from huiying.post import Assessment, Fate, Tone
from huiying.register.fates import PostFate

_QUARTER = 15
_Key = TypeVar("_Key")
_Number = TypeVar("_Number", int, float)


class Tally:
    """One concern while the posts of a batch are counted into it; `concern()` is what it has become."""

    def __init__(self, concern: Concern, rules: GatheringRules) -> None:
        self._before = concern
        self._rules = rules
        self._title, self._keywords, self._title_post = concern.title, concern.keywords, concern.title_post
        self._first_at, self._last_at = concern.first_post_at, concern.last_post_at
        self._episode, self._episode_began_at = concern.episode, concern.episode_began_at
        self._votes, self._duties = dict(concern.votes), dict(concern.duties)
        self._tones, self._sources = dict(concern.tones), dict(concern.sources)
        self._urgencies = dict(concern.urgencies)
        self._posts, self._distinct = concern.posts, concern.distinct_posts
        self._attention, self._engagement = concern.attention, concern.engagement
        self._quarters: dict[datetime, dict[Tone, int]] = {}

    def name(self, name: Name) -> None:
        """Call it so from now on; a title that a person gave it stays."""
        self._keywords = name.keywords
        if self._before.registered is None:
            self._title, self._title_post = name.title, name.post

    def count(self, fate: PostFate, assessment: Assessment, engagement: int) -> None:
        """Count one post. A near-duplicate is counted as a post, but says nothing new: it has no vote."""
        self._count_moment(fate.at)
        self._posts += 1
        _add(self._tones, fate.tone, 1)
        _add(self._sources, fate.source_kind, 1)
        _add(self._urgencies, assessment.urgency, 1)
        _add(self._quarters.setdefault(quarter_of(fate.at), {}), fate.tone, 1)
        self._engagement += engagement
        if fate.fate is Fate.NEAR_DUPLICATE:
            return
        self._distinct += 1
        self._attention += (assessment.attention - self._attention) / self._distinct
        for duty in assessment.duties:
            _add(self._duties, duty.number, duty.score)
        if not self._before.lead_frozen:
            for bureau, vote in votes_of(assessment, self._rules).items():
                _add(self._votes, bureau, vote)

    def _count_moment(self, at: datetime) -> None:
        if at - self._last_at >= timedelta(hours=self._rules.dormancy_hours):
            self._episode += 1
            self._episode_began_at = at
        self._first_at, self._last_at = min(self._first_at, at), max(self._last_at, at)

    def quarter_hours(self) -> list[QuarterHour]:
        """What this batch adds to each quarter of an hour."""
        return [
            QuarterHour(starts_at=starts_at, posts=sum(tones.values()), tones=tones)
            for starts_at, tones in sorted(self._quarters.items())
        ]

    def concern(self) -> Concern:
        """What the concern has become."""
        counted = replace(
            self._before,
            title=self._title,
            keywords=self._keywords,
            title_post=self._title_post,
            first_post_at=self._first_at,
            last_post_at=self._last_at,
            episode=self._episode,
            episode_began_at=self._episode_began_at,
            votes=self._votes,
            duties=self._duties,
            posts=self._posts,
            distinct_posts=self._distinct,
            tones=self._tones,
            sources=self._sources,
            urgencies=self._urgencies,
            attention=self._attention,
            engagement=self._engagement,
        )
        return counted if counted.lead_frozen else elected(counted, self._rules)


def votes_of(assessment: Assessment, rules: GatheringRules) -> dict[str, float]:
    """What one post says about which bureau answers; a bureau of which it is sure has more of a say."""
    return {
        match.bureau: match.score * (rules.lead.sure_vote if match.bureau == assessment.lead else 1.0)
        for match in assessment.bureaus
    }


def elected(concern: Concern, rules: GatheringRules) -> Concern:
    """The concern with the lead and the co-handlers for which its posts voted; without a lead where none is sure."""
    ranked = sorted(concern.votes.items(), key=lambda vote: (-vote[1], vote[0]))
    if not ranked or not concern.distinct_posts:
        return replace(concern, lead=None, lead_certainty=0.0, co_handlers=())
    winner, say = ranked[0]
    certainty = min(1.0, say / (rules.lead.sure_vote * concern.distinct_posts))
    others = [bureau for bureau, vote in ranked[1:] if vote >= rules.lead.co_handler_share * say]
    sure = certainty >= rules.lead.certainty
    return replace(
        concern,
        lead=winner if sure else None,
        lead_certainty=certainty,
        co_handlers=tuple(others[: rules.lead.most_co_handlers]) if sure else (),
    )


def quarter_of(moment: datetime) -> datetime:
    """The beginning of the quarter of an hour in which a moment lies."""
    return moment.replace(minute=moment.minute // _QUARTER * _QUARTER, second=0, microsecond=0)


def _add(counts: dict[_Key, _Number], key: _Key, value: _Number) -> None:
    counts[key] = counts[key] + value if key in counts else value
