"""The responders' stages in their order: the second half of the way of one post (DESIGN section 4).

ConcernChanged              → alerting   → AlertRaised, AlertChanged
AlertRaised, ConcernChanged → preserving → evidence
AlertRaised, AlertChanged   → tasking    → TaskOpened, TaskChanged
what is told of red alerts  → readying   → papers
"""

from typing import Protocol

from huiying.clock import Clock
from huiying.policy.retention import RetentionRules
from huiying.register.register import Register
from huiying.stage import Stage
from responders.alerting import Alerting
from responders.preserving import PostsById, Preserving
from responders.readying import PaperRules, Readying
from responders.tasking import Tasking

RESPONDER_STAGES = (Alerting.name, Preserving.name, Tasking.name, Readying.name)
"""Their names, in order."""


class StageRules(PaperRules, Protocol):
    """The part of the office's policy that the stages need."""

    @property
    def retention(self) -> RetentionRules:
        """How much is kept as evidence."""
        ...


def responder_stages(register: Register, rules: StageRules, clock: Clock, posts: PostsById) -> tuple[Stage, ...]:
    """Every stage of the responders, in order; `posts` asks the archive."""
    preserving = Preserving(register, posts, clock, rules.retention.evidence_posts)
    return (
        Alerting(register, rules.heat, clock),
        preserving,
        Tasking(register, rules, clock),
        Readying(register, rules, preserving, clock),
    )
