"""A matter as an officer registers it by hand, and the understanding of its words, for tests of what comes of it."""

from datetime import timedelta
from functools import cache
from typing import Any

from console.understanding import understanding
from consumers.judging.judge import Judge
from consumers.judging.model import SHIPPED
from huiying.concern import Origin
from huiying.level import Level
from huiying.policy.gathering import GatheringRules
from responders.shift.registering import Understand
from responders.shift.written import Written
from tests.builders import NOON
from tests.shipped import shipped_policy


@cache
def shipped_judge() -> Judge:
    """The shipped judge with the shipped office's words, loaded once for all tests."""
    policy = shipped_policy()
    return Judge.load(
        bureaus=policy.bureaus, duties=policy.duties, lexicon=policy.lexicon, city=policy.city, models=SHIPPED
    )


def shipped_understanding(rules: GatheringRules | None = None) -> Understand:
    """How the shipped office understands words."""
    return understanding(shipped_judge, rules or GatheringRules())


def written(**changes: Any) -> Written:
    """A leader's order about a burst pipe, known half an hour before noon, to stand at orange."""
    values: dict[str, Any] = {
        "origin": Origin.LEADER,
        "title": "向阳路幸福小区自来水管爆裂",
        "what": "向阳路幸福小区门前自来水管爆裂，水漫到路上，三天没人修",
        "where": "向阳路幸福小区",
        "from_whom": "市政府总值班室",
        "known_at": NOON - timedelta(minutes=30),
        "occurred_at": None,
        "level": Level.ORANGE,
        "reason": "领导要求当日答复",
        "lead": None,
    }
    return Written(**(values | changes))
