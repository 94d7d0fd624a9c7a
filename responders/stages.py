"""The responders' stages in their order: the second half of the way of one post (DESIGN section 4).

ConcernChanged               → alerting   → AlertRaised, AlertChanged
AlertRaised, ConcernChanged  → preserving → evidence
AlertRaised, AlertChanged    → beginning  → ProceedingChanged
AlertRaised, AlertChanged    → tasking    → TaskOpened, TaskChanged
what is told of red alerts   → readying   → papers
all that people must know of → notifying  → notices in the register, which the sender sends
"""

from typing import Protocol

from huiying.clock import Clock
from huiying.policy.retention import RetentionRules
from huiying.register.register import Register
from huiying.stage import Stage
from responders.alerting import Alerting
from responders.beginning import Beginning
from responders.notifying import NoticeRules, Notifying
from responders.preserving import PostsById, Preserving
from responders.readying import PaperRules, Readying
from responders.tasking import Tasking

RESPONDER_STAGES = (
    Alerting.name,
    Preserving.name,
    Beginning.name,
    Tasking.name,
    Readying.name,
    Notifying.name,
)
"""Their names, in order."""


class StageRules(PaperRules, NoticeRules, Protocol):
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
        Beginning(register, rules, clock),
        Tasking(register, rules, clock),
        Readying(register, rules, preserving, clock),
        Notifying(register, rules, clock),
    )
