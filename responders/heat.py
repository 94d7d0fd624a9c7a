"""Heat 热度: the computed pressure of a concern, as a sum of parts each of which is a sentence one can check.

Pure: the same concern, quarter hours and moment always give the same heat. Tone is shown and never weighted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.alert import Reason
from huiying.concern import DANGER, Concern, QuarterHour
from huiying.level import Level
from huiying.policy.heat import Danger, HeatRules, Scale, Volume
from huiying.post import SourceKind, Tone

HOUR = timedelta(hours=1)
PAST = timedelta(hours=24)
"""The concern's own past against which its last hour is measured."""

_AFFECTS_MANY = 2
KIND_WORDS = {
    SourceKind.NEWS: "新闻",
    SourceKind.FORUM: "论坛",
    SourceKind.SOCIAL: "社交平台",
    SourceKind.HOTLINE: "热线",
    SourceKind.MAILBOX: "信箱",
    SourceKind.HOTLIST: "热榜",
    SourceKind.OFFICIAL: "官网",
}
"""What a kind of source is called beside a count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heat:
    """The pressure of a concern at one moment, and why; `level` is None below the lowest threshold."""

    points: float
    reasons: tuple[Reason, ...]
    level: Level | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyPast:
    """How much is said about one duty: posts of the last 24 hours, and the mean of a day over so many days before."""

    number: int
    last_day: int
    daily_mean: float
    days: int


def main_duty(concern: Concern, rules: HeatRules) -> int | None:
    """The duty whose past a concern is measured against: the surest of those it touches; None for a small concern."""
    if concern.distinct_posts < rules.duty_growth.concern_posts:
        return None
    number, score = max(concern.duties.items(), key=lambda duty: (duty[1], -duty[0]), default=(0, 0.0))
    return number if score / concern.distinct_posts >= rules.duty.min_score else None


def quarter_hours_needed_since(concern: Concern, now: datetime) -> datetime:
    """From when on `measure` needs quarter hours: a day and an hour; the whole episode where it is a later one."""
    day_before = now - HOUR - PAST
    return day_before if concern.episode == 1 else min(day_before, concern.episode_began_at)


def measure(
    concern: Concern,
    quarters: Sequence[QuarterHour],
    rules: HeatRules,
    now: datetime,
    duty_past: DutyPast | None = None,
) -> Heat:
    """The heat of a concern now, from its counts, its quarter hours of the last day (or episode) and its duty's past.

    Without a `duty_past` (a small concern, a duty of which too little is known) nothing is said about it.
    """
    episode = _episode(concern, quarters, now)
    last_hour = _posts(quarters, after=now - HOUR, until=now)
    past_mean = _posts(quarters, after=now - HOUR - PAST, until=now - HOUR) / (PAST / HOUR)
    parts = (
        _volume(concern, episode, rules.volume, now),
        _pace(last_hour, rules),
        _growth(last_hour, past_mean, rules),
        _duty_growth(duty_past, rules),
        _breadth(concern, rules),
        _attention(concern, rules),
        _engagement(concern, rules),
        _danger(concern, episode, rules.danger),
        _affects_many(concern, episode, rules.affects_many),
        *_duties(concern, rules),
    )
    counted = sorted((part for part in parts if part and part.points > 0), key=lambda part: -part.points)
    points = round(sum(part.points for part in counted), 1)
    return Heat(points=points, reasons=(*counted, *_tones(concern)), level=rules.level_of(points))


def settle(level: Level, level_since: datetime, heat: Heat, rules: HeatRules, now: datetime) -> Level:
    """The level of an open alert after a measurement: rises at once, falls with hysteresis, never below blue."""
    measured = heat.level or Level.BLUE
    if measured.rank >= level.rank:
        return measured
    rested = now - level_since >= timedelta(minutes=rules.hysteresis.minutes)
    clearly_below = heat.points < rules.threshold(level) - rules.hysteresis.points
    return measured if rested and clearly_below else level


def _posts(quarters: Iterable[QuarterHour], *, after: datetime, until: datetime) -> int:
    return sum(quarter.posts for quarter in quarters if after < quarter.starts_at <= until)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Episode:
    """The posts of the present episode. Only they are counted by quarter hour; of the rest a concern knows sums.

    So its share of the whole stands for the episode's share of each of them.
    """

    posts: int
    distinct: int
    whole: int

    def of(self, count: int) -> int:
        """How many of so many posts of the concern are the episode's, rather one too many than one too few."""
        return -(-count * self.posts // max(self.whole, 1))


def _episode(concern: Concern, quarters: Sequence[QuarterHour], now: datetime) -> _Episode:
    if concern.episode == 1:
        return _Episode(posts=concern.posts, distinct=concern.distinct_posts, whole=concern.posts)
    posts = _posts(quarters, after=concern.episode_began_at - timedelta(minutes=15), until=now)
    distinct = min(posts, round(posts * concern.distinct_posts / max(concern.posts, 1)))
    return _Episode(posts=posts, distinct=distinct, whole=concern.posts)


def _volume(concern: Concern, episode: _Episode, rule: Volume, now: datetime) -> Reason | None:
    text = f"本轮累计{episode.posts}条" if concern.episode > 1 else f"累计{episode.posts}条"
    text += f"，去重后{episode.distinct}条" if episode.distinct != episode.posts else ""
    points = rule.points(episode.distinct)
    quiet = now - concern.last_post_at
    if quiet >= timedelta(days=rule.quiet_days):
        points = round(points * rule.quiet_factor, 1)
        text += f"；已{quiet.days}天没有新帖，按{rule.quiet_factor:g}倍计"
    return Reason(part="volume", text=text, value=episode.distinct, points=points)


def _pace(last_hour: int, rules: HeatRules) -> Reason | None:
    return Reason(part="pace", text=f"近1小时{last_hour}条", value=last_hour, points=rules.pace.points(last_hour))


def _growth(last_hour: int, past_mean: float, rules: HeatRules) -> Reason | None:
    if last_hour < rules.growth.at_least:
        return None
    times = last_hour / max(past_mean, rules.growth.floor)
    if past_mean == 0:
        text = f"1小时{last_hour}条，此前24小时没有"
    elif past_mean < rules.growth.floor:
        text = f"1小时{last_hour}条，此前24小时共{round(past_mean * 24)}条"
    else:
        text = f"1小时{last_hour}条，为前24小时均值的{times:.0f}倍"
    return Reason(part="growth", text=text, value=round(times, 1), points=rules.growth.points(times))


def _duty_growth(past: DutyPast | None, rules: HeatRules) -> Reason | None:
    if past is None or past.last_day < rules.duty_growth.at_least:
        return None
    times = past.last_day / max(past.daily_mean, rules.duty_growth.floor)
    text = f"第{past.number}项职责近24小时{past.last_day}条，"
    text += f"为此前{past.days}天日均的{times:.1f}倍" if past.daily_mean else f"此前{past.days}天没有"
    return Reason(part="duty_growth", text=text, value=round(times, 1), points=rules.duty_growth.points(times))


def _breadth(concern: Concern, rules: HeatRules) -> Reason | None:
    kinds = [kind for kind in SourceKind if concern.sources.get(kind, 0) > 0]
    text = f"{len(kinds)}类信源：{'、'.join(KIND_WORDS[kind] for kind in kinds)}"
    return Reason(part="breadth", text=text, value=len(kinds), points=rules.breadth.points(len(kinds)))


def _attention(concern: Concern, rules: HeatRules) -> Reason | None:
    text = f"关注度{concern.attention:.2f}"
    points = rules.attention.points(concern.attention)
    return Reason(part="attention", text=text, value=round(concern.attention, 2), points=points)


def _engagement(concern: Concern, rules: HeatRules) -> Reason | None:
    text = f"转评赞等互动合计{concern.engagement}次"
    points = rules.engagement.points(concern.engagement)
    return Reason(part="engagement", text=text, value=concern.engagement, points=points)


def _danger(concern: Concern, episode: _Episode, rule: Danger) -> Reason | None:
    count = episode.of(concern.urgencies.get(DANGER, 0))
    if count < rule.min_share * episode.posts:
        return None
    told_directly = any(concern.sources.get(kind) for kind in rule.alone_from)
    voices = min(count, episode.distinct)  # copies of one report are one voice
    if not told_directly and voices < rule.elsewhere_from:
        return None
    return Reason(part="urgency", text=f"{count}条提到人身危险", value=count, points=rule.points(count))


def _affects_many(concern: Concern, episode: _Episode, rule: Scale) -> Reason | None:
    count = episode.of(concern.urgencies.get(_AFFECTS_MANY, 0))
    return Reason(part="urgency", text=f"{count}条说影响多人", value=count, points=rule.points(count))


def _duties(concern: Concern, rules: HeatRules) -> list[Reason]:
    found = []
    for matter in rules.duty.matters:
        # Near-duplicates say nothing new, so the gatherer sums the scores of the distinct posts only.
        score = concern.duties.get(matter.number, 0.0) / max(concern.distinct_posts, 1)
        if score >= rules.duty.min_score:
            text = f"涉及第{matter.number}项职责：{matter.words}"
            found.append(Reason(part="duty", text=text, value=matter.number, points=matter.points))
    # One matter is counted for its weightiest duty only: texts about food poisoning also speak of hospitals.
    return sorted(found, key=lambda reason: -reason.points)[:1]


def _tones(concern: Concern) -> tuple[Reason, ...]:
    negative, neutral, positive = (concern.tones.get(tone, 0) for tone in Tone)
    if not negative:
        return ()
    text = f"语气：负面{negative}条、中性{neutral}条、正面{positive}条（只列出，不计分）"
    share = negative / (negative + neutral + positive)
    return (Reason(part="tone", text=text, value=round(share, 2), points=0.0),)
