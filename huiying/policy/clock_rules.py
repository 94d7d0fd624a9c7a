"""Whether the clocks of a procedure can run: each has a start, an end, a length and a basis under every regime."""

from collections.abc import Iterator

from huiying.policy.step_order import repeated
from huiying.procedure import ClockRule, Procedure, Regime, Term, Unit

_OWN = "本单位自定"


def clock_mistakes(procedure: Procedure) -> list[str]:
    """In Chinese, what is wrong with the clocks of this procedure."""
    found = [f"时限 {twice} 写了不止一次，请改名或删去一处" for twice in repeated(c.step for c in procedure.clocks)]
    for clock in procedure.clocks:
        found += [f"时限 {clock.step}：{mistake}" for mistake in _mistakes(clock, procedure)]
    return found


def _mistakes(clock: ClockRule, procedure: Procedure) -> Iterator[str]:
    yield from _start_mistakes(clock, procedure)
    yield from _end_mistakes(clock, procedure)
    for twice in repeated(ground.id for ground in clock.interruptions):
        yield f"停走情形 {twice} 写了不止一次"
    for ground in clock.interruptions:
        if ground.mark == "U" and _OWN not in ground.basis:
            yield f"停走情形 {ground.id} 的依据标为 U，应写明“{_OWN}”"
        if clock.before is not None:
            yield "倒排的时限随它所依的时限停走，请把 interruptions 写在那里"
    for regime in Regime:
        if regime not in clock.terms:
            yield f"缺少 {regime.value} 制度下的长度和依据"
    for regime, term in clock.terms.items():
        for mistake in _term_mistakes(clock, term):
            yield f"{regime.value} 制度下的{mistake}"


def _start_mistakes(clock: ClockRule, procedure: Procedure) -> Iterator[str]:
    counted_from_start = {each.step for each in procedure.clocks if each.starts_from}
    if (clock.starts_from is None) == (clock.before is None):
        yield "starts_from 和 before 应当且只应写一个"
    if clock.before is not None and clock.before not in counted_from_start:
        yield f"before 指的“{clock.before}”不是本程序中有起点的时限"
    if clock.before is not None and clock.outward:
        yield "倒排的时限只能是对内的，请写 outward: false"
    if clock.otherwise is not None and clock.otherwise in (clock.starts_from, None):
        yield "otherwise 应是 starts_from 以外的时刻"
    if clock.otherwise is not None and clock.before is not None:
        yield "倒排的时限没有自己的起点，请删去 otherwise"


def _end_mistakes(clock: ClockRule, procedure: Procedure) -> Iterator[str]:
    if (clock.ends_with is None) == (clock.ends_when is None):
        yield "ends_with（办完哪个环节停走）和 ends_when（由人登记什么）应当且只应写一个"
    if clock.ends_with is not None and clock.ends_with not in {step.id for step in procedure.steps}:
        yield f"ends_with 指的“{clock.ends_with}”不是本程序的环节，这个时限永远停不了"
    if clock.outward and not clock.late:
        yield "对外时限须写 late：超时后告知谁"


def _term_mistakes(clock: ClockRule, term: Term) -> Iterator[str]:
    if term.unit is not Unit.HOURS and term.amount is not None and term.amount != int(term.amount):
        yield "天数应为整数"
    if clock.before is not None and term.unit is not Unit.HOURS:
        yield "长度有误：倒排的时限只能按小时写"
    if not term.basis.strip():
        yield "依据是空的"
    if term.mark == "U" and _OWN not in term.basis:
        yield f"依据标为 U，应写明“{_OWN}”"
    if (term.at_alert_level or term.at_opinion_level) and (clock.before is None or term.amount is None):
        yield "长度有误：只有倒排的、写了 amount 的时限可以按级别另写"
