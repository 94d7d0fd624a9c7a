"""Stepping: further procedures are begun by hand, and their steps done by filling in what the procedure asks.

A new procedure needs no new page and no new code: what a step asks, who does it and what it may come to stand in its
YAML, and the page and this check read the same definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from huiying.clock import Clock
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.permission import Action, must_may, role_for
from huiying.person import Person, Signed
from huiying.procedure import STEPS_WITH_MOVES, Regime, Step
from huiying.proceeding import Proceeding
from huiying.register.register import Register, Transaction
from huiying.step_form import read_form
from responders.answers.unclassified import must_be_unclassified
from responders.proceedings.counting import recount
from responders.proceedings.grounds import OWN_MOVES
from responders.proceedings.proceeding import begin, complete_step, proceeding_id, proceeding_of
from responders.rereading import reread_when_stale
from responders.rules import PROCEDURE, OfficeRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What somebody says of a step: what it came to, why, and what its form asks, by field."""

    outcome: str | None = None
    reasons: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


class Stepping:
    """What people do with procedures that have no pages of their own."""

    def __init__(self, register: Register, rules: OfficeRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def begin(self, concern: str, procedure: str, *, by: Person) -> Proceeding:
        """另行启动: a further procedure for the present episode of a matter."""
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        return reread_when_stale(lambda: self._begin(concern, procedure, signed))

    def do(self, proceeding: str, step: str, answered: Answered, *, by: Person) -> Proceeding:
        """办理环节 as its form says. `NotAllowed` names what is missing, or who may."""
        return reread_when_stale(lambda: self._do(proceeding, step, answered, by))

    def _begin(self, concern_id: str, procedure_id: str, signed: Signed) -> Proceeding:
        with self._register.transaction() as tx:
            concern, procedure = tx.concerns.resolve(concern_id), self._rules.procedures.get(procedure_id)
            if concern is None:
                raise NotAllowed("没有这个舆情事项")
            if procedure is None or procedure_id == PROCEDURE:
                raise NotAllowed("请选定要启动的办理程序")
            if tx.proceedings.get(proceeding_id(concern.episode_id, procedure_id)):
                raise NotAllowed(f"这一轮已经启动过“{procedure.title}”")
            begun = begin(tx, procedure, concern, now=signed.at, regime=Regime.CURRENT)
            tx.concerns.add_doing(concern.id, signed.name, f"启动办理程序“{procedure.title}”")
            return recount(tx, begun, self._rules, by=signed)

    def _do(self, id: str, step_id: str, answered: Answered, by: Person) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            step = present.step(step_id)
            signed = self._signed(tx, present, step, by)
            if not done_by_hand(present, step):
                raise NotAllowed(f"“{step.title}”有自己的页面，请在那里办理")
            must_be_unclassified(answered.reasons, *answered.fields.values())
            step.must_allow(answered.outcome, answered.reasons)
            filled = read_form(step.form, answered.fields, {bureau.id for bureau in self._rules.bureaus})
            complete_step(
                tx, id, step_id, by=signed, outcome=answered.outcome, reasons=answered.reasons, filled=filled
            )
            return recount(tx, proceeding_of(tx, id), self._rules, by=signed)

    def _signed(self, tx: Transaction, proceeding: Proceeding, step: Step, by: Person) -> Signed:
        concern = tx.concerns.find(proceeding.concern)
        if not by.roles & set(step.roles):
            who = "、".join(role.label for role in step.roles)
            raise NotAllowed(f"“{step.title}”由{who}办，{by.name}不能办")
        acting = replace(by, roles=by.roles & set(step.roles))
        return must_may(acting, Action.DO_STEP, self._clock.now(), bureaus=_units(concern))


def done_by_hand(proceeding: Proceeding, step: Step) -> bool:
    """Whether a step is done by its form, and not by a move of its own."""
    if step.id in OWN_MOVES or step is proceeding.procedure.steps[-1]:
        return False
    return proceeding.procedure.id != PROCEDURE or step.id not in STEPS_WITH_MOVES


def may_do(concern: Concern | None, step: Step, by: Person) -> bool:
    """Whether somebody may do a step of this matter."""
    acting = replace(by, roles=by.roles & set(step.roles))
    return role_for(acting, Action.DO_STEP, bureaus=_units(concern)) is not None


def _units(concern: Concern | None) -> tuple[str | None, ...]:
    return (concern.lead, *concern.co_handlers) if concern else ()
