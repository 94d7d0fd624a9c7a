"""The responders' stages in their order: the second half of the way of one post (DESIGN section 4).

ConcernChanged               → alerting  → AlertRaised, AlertChanged
AlertRaised, AlertChanged    → beginning → ProceedingChanged
AlertRaised, AlertChanged    → tasking   → TaskOpened, TaskChanged
all that people must know of → notifying → notices in the register, which the sender sends
"""

from typing import Protocol

from huiying.clock import Clock
from huiying.register.register import Register
from huiying.stage import Stage
from responders.alerting import Alerting
from responders.beginning import Beginning
from responders.notifying import NoticeRules, Notifying
from responders.rules import OfficeRules
from responders.tasking import Tasking

RESPONDER_STAGES = (Alerting.name, Beginning.name, Tasking.name, Notifying.name)
"""Their names, in order."""


class StageRules(OfficeRules, NoticeRules, Protocol):
    """The part of the office's policy that the stages need."""


def responder_stages(register: Register, rules: StageRules, clock: Clock) -> tuple[Stage, ...]:
    """Every stage of the responders, in order."""
    return (
        Alerting(register, rules.heat, clock),
        Beginning(register, rules, clock),
        Tasking(register, rules, clock),
        Notifying(register, rules, clock),
    )
