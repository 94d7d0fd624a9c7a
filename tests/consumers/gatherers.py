"""A gatherer on a real register and judged posts for it, for tests of what becomes of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from consumers.gathering import Gathering
from consumers.grouping.grouping import Grouping
from consumers.grouping.weights import Weights
from huiying.clock import SetClock
from huiying.leasing import Lease
from huiying.messages import PostAssessed
from huiying.policy.gathering import GatheringRules, GroupingRules
from huiying.post import Fate
from huiying.register.register import Register
from tests.builders import NOON, make_assessment, make_post
from tests.consumers.grouping.matters import PIPE

WEIGHTS = Weights.load()
RULES = GatheringRules(grouping=GroupingRules(members=4, anchors=2, window_days=5))
LATER = NOON + timedelta(minutes=10)


def gatherer(register: Register, holder: str = "first", seconds: float = 60.0) -> Gathering:
    """A gatherer that holds its lease for so long."""
    lease = Lease(register, "gatherer", holder, seconds)
    return Gathering(register, Grouping(RULES, WEIGHTS), lease, SetClock(LATER), RULES)


def assessed(
    post: str, text: str = PIPE[0], *, judged: Mapping[str, object] | None = None, **changes: object
) -> PostAssessed:
    """A judged post; its fingerprint is that of its number unless told otherwise."""
    fingerprint = int.from_bytes(post.encode()[-8:].ljust(8, b"\x00"), "big") * 0x9E3779B97F4A7C15 % (1 << 64)
    values: dict[str, Any] = {"fingerprint": fingerprint}
    return PostAssessed(
        post=make_post(post, text=text, **changes), assessment=make_assessment(**(values | dict(judged or {})))
    )


def fate_of(register: Register, post: str) -> tuple[Fate, str | None]:
    """What became of a post, and in which concern."""
    with register.reading() as tx:
        row = tx.posts.fates([post])[post]
    return row.fate, row.concern


def concern_of(register: Register, post: str) -> str:
    """The concern of a post that has one."""
    concern = fate_of(register, post)[1]
    assert concern is not None
    return concern
