"""The consumers' stages in their order: the first half of the way of one post (DESIGN section 4).

PostCollected → assessing → PostAssessed    (as many processes as needed)
PostAssessed  → gathering → ConcernChanged  (one active, by a lease)
"""

from collections.abc import Callable
from typing import Protocol

from consumers.assessing import Assessing
from consumers.gathering import Gathering
from consumers.grouping.grouping import Grouping
from consumers.judging.judge import Judge
from huiying.archive.archive import Archive
from huiying.clock import Clock
from huiying.leasing import Lease
from huiying.policy.policy import Policy
from huiying.register.register import Register
from huiying.stage import Stage


class ConsumerOffice(Protocol):
    """What the stages are made from; each part is made only when a stage asks for it."""

    @property
    def judge(self) -> Judge:
        """Judges posts."""
        ...

    @property
    def archive(self) -> Archive:
        """Takes judged posts."""
        ...

    @property
    def register(self) -> Register:
        """Takes fates and concerns."""
        ...

    @property
    def policy(self) -> Policy:
        """The office's rules."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    def lease(self, name: str) -> Lease:
        """The right to do what only one may do."""
        ...


def _assessing(office: ConsumerOffice) -> Stage:
    return Assessing(office.judge, office.archive)


def _gathering(office: ConsumerOffice) -> Stage:
    rules = office.policy.gathering
    return Gathering(office.register, Grouping(rules), office.lease("gatherer"), office.clock, rules)


_MAKERS: dict[str, Callable[[ConsumerOffice], Stage]] = {Assessing.name: _assessing, Gathering.name: _gathering}

CONSUMER_STAGES = tuple(_MAKERS)
"""Their names, in order."""


def consumer_stage(name: str, office: ConsumerOffice) -> Stage:
    """The stage of that name, made from the office's parts."""
    return _MAKERS[name](office)
