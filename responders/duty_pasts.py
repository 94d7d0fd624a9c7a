"""Reads how much is said about the duties that concerns touch, today and on the days before."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from huiying.concern import Concern
from huiying.policy.heat import HeatRules
from huiying.register.register import Transaction
from responders.heat import DutyPast, main_duty

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def duty_pasts(
    tx: Transaction, concerns: Iterable[Concern], rules: HeatRules, now: datetime
) -> Mapping[str, DutyPast]:
    """The past of each concern's main duty, by the concern's id; left out where too little is on record."""
    duty_of = {concern.id: duty for concern in concerns if (duty := main_duty(concern, rules)) is not None}
    if not duty_of:
        return {}
    # Counts are kept by the hour: the last day is the present hour and the 23 before it.
    day_ago = _hour_of(now) - 23 * _HOUR
    days = _days_on_record(tx, day_ago, rules)
    if days < rules.duty_growth.known_days:
        return {}
    wanted = set(duty_of.values())
    today = tx.duty_hours.posts(wanted, day_ago, now + _DAY)
    before = tx.duty_hours.posts(wanted, day_ago - days * _DAY, day_ago)
    return {
        concern: DutyPast(number=duty, last_day=today.get(duty, 0), daily_mean=before.get(duty, 0) / days, days=days)
        for concern, duty in duty_of.items()
    }


def _days_on_record(tx: Transaction, until: datetime, rules: HeatRules) -> int:
    """How many whole days before this moment were counted, at most as many as are asked for."""
    first = tx.duty_hours.earliest()
    return 0 if first is None else min((until - first) // _DAY, rules.duty_growth.days)


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
