"""Interrupting: a clock stands still, or begins anew, on a ground that its own rule names with its clause.

No ground is invented here: a clock whose rule names none, as those of public answers, cannot be stopped by anybody.
"""

from dataclasses import replace

from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.procedure import Interruption
from huiying.proceeding import Proceeding
from huiying.proceeding_log import Interrupted
from huiying.register.register import Register, Transaction
from huiying.running_clocks import rule_of, why_not_binding
from responders.proceedings.counting import moved_words, recounted
from responders.proceedings.following import let_tasks_follow
from responders.proceedings.proceeding import keep, proceeding_of
from responders.rereading import reread_when_stale
from responders.rules import ClockRules


class Interrupting:
    """What may lawfully stop a clock, and start it again."""

    def __init__(self, register: Register, rules: ClockRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def interrupt(self, proceeding: str, clock: str, ground: str, *, reasons: str, by: Person) -> Proceeding:
        """Stop a clock on one of its grounds. `NotAllowed` where its rule does not name it, or it stands still."""
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        return reread_when_stale(lambda: self._interrupt(proceeding, clock, ground, reasons.strip(), signed))

    def resume(self, proceeding: str, clock: str, *, by: Person) -> Proceeding:
        """The ground is gone: the clock goes on, or begins anew, as its rule says."""
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        return reread_when_stale(lambda: self._resume(proceeding, clock, signed))

    def _interrupt(self, id: str, clock: str, ground: str, reasons: str, signed: Signed) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            rule = rule_of(present, clock)
            found = _ground(rule.interruptions, ground, rule.title)
            if why := why_not_binding(present, clock):
                raise NotAllowed(f"时限“{rule.title}”不在走（{why}），不能停走")
            if _standing(present, clock):
                raise NotAllowed(f"时限“{rule.title}”已停走，先恢复再停")
            if not reasons:
                raise NotAllowed(f"停走时限“{rule.title}”须写明理由")
            record = Interrupted(clock=clock, ground=ground, reasons=reasons, by=signed)
            after = replace(present, interruptions=(*present.interruptions, record))
            what = f"时限“{rule.title}”停走：{found.title}（{reasons}；{found.basis}）"
            stopped = self._counted(tx, after, what, signed)
            let_tasks_follow(tx, present, stopped, self._rules.tasks, by=signed)
            return keep(tx, present, stopped, what, signed.name)

    def _resume(self, id: str, clock: str, signed: Signed) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            rule = rule_of(present, clock)
            standing = _standing(present, clock)
            if standing is None:
                raise NotAllowed(f"时限“{rule.title}”没有停走，无须恢复")
            ended = tuple(replace(each, ended=signed) if each is standing else each for each in present.interruptions)
            what = f"时限“{rule.title}”恢复：{_ground(rule.interruptions, standing.ground, rule.title).title}已结束"
            after = self._counted(tx, replace(present, interruptions=ended), what, signed)
            let_tasks_follow(tx, present, after, self._rules.tasks, by=signed)
            moved = moved_words(after.clock_changes[len(present.clock_changes) :])
            return keep(tx, present, after, f"{what}；时限重算：{moved}", signed.name)

    def _counted(self, tx: Transaction, proceeding: Proceeding, why: str, signed: Signed) -> Proceeding:
        proceeding.must_be_open("停走时限")
        return recounted(tx, proceeding, self._rules, why=why, by=signed)


def _ground(grounds: tuple[Interruption, ...], wanted: str, title: str) -> Interruption:
    found = next((ground for ground in grounds if ground.id == wanted), None)
    if found is None:
        allowed = "、".join(ground.title for ground in grounds)
        may = f"可以的情形只有：{allowed}" if allowed else "任何情形都不停"
        raise NotAllowed(f"时限“{title}”不能因“{wanted}”停走，{may}")
    return found


def _standing(proceeding: Proceeding, clock: str) -> Interrupted | None:
    return next((each for each in proceeding.interruptions if each.clock == clock and each.ended is None), None)
