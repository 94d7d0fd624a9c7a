"""The responders' stages in their order: the second half of the way of one post (DESIGN section 4).

ConcernChanged              → alerting  → AlertRaised, AlertChanged
AlertRaised, AlertChanged   → beginning → ProceedingChanged
AlertRaised, AlertChanged   → tasking   → TaskOpened, TaskChanged
"""

from huiying.clock import Clock
from huiying.register.register import Register
from huiying.stage import Stage
from responders.alerting import Alerting
from responders.beginning import Beginning
from responders.rules import OfficeRules
from responders.tasking import Tasking

RESPONDER_STAGES = (Alerting.name, Beginning.name, Tasking.name)
"""Their names, in order."""


def responder_stages(register: Register, rules: OfficeRules, clock: Clock) -> tuple[Stage, ...]:
    """Every stage of the responders, in order."""
    alerting = Alerting(register, rules.heat, clock)
    return alerting, Beginning(register, rules, clock), Tasking(register, rules, clock)
