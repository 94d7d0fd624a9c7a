"""Posts about a matter that a person registered join it, and it keeps the title they gave it."""

from collections.abc import Iterator

import pytest

from huiying.clock import SetClock
from huiying.register.register import Register
from responders.shift.registering import Registering
from tests.builders import NOON, person
from tests.consumers.gatherers import LATER, RULES, assessed, concern_of, gatherer
from tests.consumers.grouping.matters import NOISE, PIPE
from tests.registered import shipped_understanding, written
from tests.responders.office import small_policy


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(LATER))
    yield register
    register.close()


def test_later_posts_about_it_join_it_and_others_do_not(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", NOISE[0])])
    registering = Registering(register, small_policy(), SetClock(NOON), shipped_understanding(RULES))
    concern = registering.register(written(title="向阳路自来水管爆裂", what=PIPE[0]), by=person())

    stage([assessed(f"post-{number}", text) for number, text in enumerate([*PIPE[1:4], NOISE[1]], 1)])

    assert [concern_of(register, f"post-{number}") == concern.id for number in range(5)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    with register.reading() as tx:
        found = tx.concerns.find(concern.id)
    assert found is not None
    assert (found.posts, found.title, found.episode) == (3, "向阳路自来水管爆裂", 1)
    assert found.lead == "水务局", "the posts vote where the person named no lead"
