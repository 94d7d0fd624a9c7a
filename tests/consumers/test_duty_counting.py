"""The gatherer counts what is said about each duty, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from huiying.clock import SetClock
from huiying.post import DutyMatch
from huiying.register.register import Register
from tests.builders import NOON
from tests.consumers.gatherers import LATER, assessed, gatherer
from tests.consumers.grouping.matters import PIPE, WAGES

HOUR = timedelta(hours=1)


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(LATER))
    yield register
    register.close()


def test_every_post_counts_once_for_each_duty_it_touches_in_its_hour(register: Register) -> None:
    both = {"duties": (DutyMatch(number=8, score=0.7), DutyMatch(number=18, score=0.5))}
    posts = [
        assessed("a", PIPE[0]),
        assessed("b", PIPE[1], judged=both),
        assessed("c", WAGES[0], published_at=NOON + HOUR),
        assessed("d", judged={"relevant": False}),
    ]
    gathering = gatherer(register)
    gathering(posts[:2])
    gathering(posts)

    with register.reading() as tx:
        assert tx.duty_hours.posts([8, 18], NOON, NOON + HOUR) == {8: 2, 18: 1}
        assert tx.duty_hours.posts([8, 18], NOON + HOUR, NOON + 2 * HOUR) == {8: 1}
