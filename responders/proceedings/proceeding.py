"""Proceeding: the one engine that carries a matter through its procedure, whatever the procedure says.

Whoever does a step's work calls `complete_step` in the same register transaction, so that the step and what it rests
on are kept together or not at all.
"""

from collections.abc import Mapping
from datetime import datetime

from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.messages import ProceedingChanged
from huiying.person import Signed
from huiying.procedure import Procedure, Regime, Start
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.running_clocks import meet, rule_of
from responders.proceedings.grounds import must_rest_on_its_move


def proceeding_id(episode: str, procedure: str) -> str:
    """The key of a proceeding: episode and procedure."""
    return f"{episode}:{procedure}"


def begin(
    tx: Transaction,
    procedure: Procedure,
    concern: Concern,
    *,
    now: datetime,
    regime: Regime,
    alert_level: Level | None = None,
) -> Proceeding:
    """The proceeding of the concern's present episode, begun now where there is none.

    Its clocks are counted at the timers' next tick, or at once by `responders.proceedings.counting.recount`.
    """
    begun = to_begin(procedure, concern, now=now, regime=regime, alert_level=alert_level)
    return begun if tx.proceedings.insert(begun) else proceeding_of(tx, begun.id)


def to_begin(
    procedure: Procedure, concern: Concern, *, now: datetime, regime: Regime, alert_level: Level | None
) -> Proceeding:
    """The proceeding of the concern's present episode as it would begin now."""
    return Proceeding(
        id=proceeding_id(concern.episode_id, procedure.id),
        concern=concern.id,
        episode=concern.episode_id,
        procedure=procedure,
        regime=regime,
        began_at=now,
        moments={Start.DISCOVERED: concern.found_at if concern.episode == 1 else concern.episode_began_at},
        alert_level=alert_level,
    )


def proceeding_of(tx: Transaction, id: str) -> Proceeding:
    """The proceeding of this id; `NotAllowed` where there is none."""
    found = tx.proceedings.get(id)
    if found is None:
        raise NotAllowed(f"没有办理记录 {id}：这一事项还没有开始办理")
    return found


def keep(tx: Transaction, before: Proceeding, after: Proceeding, what: str, who: str) -> Proceeding:
    """Save a move over the version it was decided on, with its message and its line in the matter's log."""
    saved = tx.proceedings.save(after, before.version)
    tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=what)])
    tx.concerns.add_doing(saved.concern, who, what)
    return saved


def complete_step(  # noqa: PLR0913 - what is written down of a step
    tx: Transaction,
    id: str,
    step: str,
    *,
    by: Signed,
    outcome: str | None = None,
    reasons: str = "",
    participants: tuple[str, ...] = (),
    filled: Mapping[str, str] | None = None,
) -> Proceeding:
    """Write down that a step was done, with its message and its line in the matter's log.

    `NotAllowed` where it is not its turn, was done already, its outcome is missing or without reasons, or it belongs
    to a move that was not made (`responders/proceedings/grounds.py`).
    """
    present = proceeding_of(tx, id)
    must_rest_on_its_move(tx, present, step, by)
    done = present.completed(step, by=by, outcome=outcome, reasons=reasons, participants=participants, filled=filled)
    return keep(tx, present, done, done_words(done, step), by.name)


def mark_steps(tx: Transaction, id: str, *steps: str, by: Signed) -> Proceeding:
    """Write down steps of which the matter's log tells already; those done before stay as they are."""
    present = after = proceeding_of(tx, id)
    for step in (each for each in steps if present.done_as(each) is None):
        must_rest_on_its_move(tx, present, step, by)
        after = after.completed(step, by=by)
    if after is present:
        return present
    saved = tx.proceedings.save(after, present.version)
    titles = "、".join(after.step(step).title for step in steps)
    tx.outbox.add([ProceedingChanged(proceeding=id, concern=saved.concern, what=f"办完“{titles}”")])
    return saved


def reopen_steps(tx: Transaction, id: str, steps: tuple[str, ...], *, by: Signed, reasons: str) -> Proceeding:
    """These steps must be done again (a text was changed after its review); what was done stays on record.

    A step that was not done, or on which a later one that stands already rests (a publication), is left as it is.
    """
    present = proceeding_of(tx, id)
    after = present.reopen(steps, by=by, reasons=reasons)
    again = after.reopened[len(present.reopened) :]
    if not again:
        return present
    titles = "、".join(present.step(each.step).title for each in again)
    return keep(tx, present, after, f"须重办“{titles}”：{reasons.strip()}", by.name)


def meet_clock(tx: Transaction, id: str, clock: str, *, note: str, by: Signed) -> Proceeding:
    """What a clock asks for was done now (a task was signed for); where that is on record already nothing changes.

    For those whose own line in the matter's log tells of it.
    """
    present = proceeding_of(tx, id)
    if rule_of(present, clock).ends_with or any(met.clock == clock for met in present.clocks_met):
        return present
    return tx.proceedings.save(meet(present, clock, at=by.at, note=note, by=by), present.version)


def done_words(proceeding: Proceeding, step_id: str) -> str:
    """How a step was done the last time, in the words of the matter's log."""
    step, done = proceeding.step(step_id), proceeding.done_as(step_id)
    if done is None:
        return f"“{step.title}”未办"
    outcome = next((each.title for each in step.outcomes if each.id == done.outcome), "")
    words = f"办完“{step.title}”" + (f"：{outcome}" if outcome else "")
    words += f"，会商：{'、'.join(done.participants)}" if done.participants else ""
    return words + (f"（{done.reasons}）" if done.reasons else "")
