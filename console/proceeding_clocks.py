"""The clocks of a proceeding as its page shows them: running, met, provisional, or not running and why."""

from dataclasses import replace
from datetime import datetime

from console.clocks import ClockView, view_clock
from huiying.procedure import Condition
from huiying.proceeding import Proceeding
from huiying.running_clocks import met_at, rule_of, why_not_binding
from huiying.task import DueClock


def view_proceeding_clock(proceeding: Proceeding, clock: DueClock, now: datetime) -> ClockView:
    """One clock at this moment; where nobody has to meet it any more it says why."""
    view = view_clock(clock, now, met_at(proceeding, clock.step))
    why = why_not_binding(proceeding, clock.step)
    if why is None or met_at(proceeding, clock.step):
        return view
    still = replace(view, starts=None, due=None)
    if rule_of(proceeding, clock.step).when is Condition.MAJOR and proceeding.event_level is None:
        return replace(still, words="暂定", shape="prov", left=100)
    return replace(still, words="不计时", shape="na", left=0, calculation=why)


def clocks_not_started(proceeding: Proceeding) -> tuple[ClockView, ...]:
    """The clocks of major events, where the event was determined not to be one."""
    counted = {clock.step for clock in proceeding.clocks}
    level = proceeding.event_level
    if level is None or level.starts_major_clocks:
        return ()
    return tuple(
        ClockView(
            title=rule.title,
            words="不起算",
            length="",
            left=0,
            shape="na",
            outward=True,
            until="",
            calculation=f"事件级别为“{level.label}”；改认定为重大以上的，自事发起算",
            basis=rule.terms[proceeding.regime].basis,
        )
        for rule in proceeding.procedure.clocks
        if rule.when is Condition.MAJOR and rule.step not in counted
    )
