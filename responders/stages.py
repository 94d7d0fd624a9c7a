"""The responders' stages in their order: the second half of the way of one post (DESIGN section 4).

ConcernChanged              → alerting → AlertRaised, AlertChanged
AlertRaised, AlertChanged   → tasking  → TaskOpened, TaskChanged
"""

from huiying.clock import Clock
from huiying.register.register import Register
from huiying.stage import Stage
from responders.alerting import Alerting
from responders.opening import OfficeRules
from responders.tasking import Tasking

RESPONDER_STAGES = (Alerting.name, Tasking.name)
"""Their names, in order."""


def responder_stages(register: Register, rules: OfficeRules, clock: Clock) -> tuple[Stage, ...]:
    """Every stage of the responders, in order."""
    return Alerting(register, rules.heat, clock), Tasking(register, rules, clock)
