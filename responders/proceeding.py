"""Proceeding: the one engine that carries a matter through its procedure, whatever the procedure says.

Whoever does a step's work calls `complete_step` in the same register transaction, so that the step and what it rests
on are kept together or not at all.
"""

from dataclasses import replace
from datetime import datetime

from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.messages import ProceedingChanged
from huiying.person import Signed
from huiying.procedure import Procedure, Regime, Start
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction


def proceeding_id(episode: str, procedure: str) -> str:
    """The key of a proceeding: episode and procedure."""
    return f"{episode}:{procedure}"


def begin(tx: Transaction, procedure: Procedure, concern: Concern, *, now: datetime, regime: Regime) -> Proceeding:
    """The proceeding of the concern's present episode, begun now where there is none."""
    begun = Proceeding(
        id=proceeding_id(concern.episode_id, procedure.id),
        concern=concern.id,
        episode=concern.episode_id,
        procedure=procedure,
        regime=regime,
        began_at=now,
        moments={Start.DISCOVERED: concern.found_at if concern.episode == 1 else concern.episode_began_at},
    )
    return begun if tx.proceedings.insert(begun) else proceeding_of(tx, begun.id)


def proceeding_of(tx: Transaction, id: str) -> Proceeding:
    """The proceeding of this id; `NotAllowed` where there is none."""
    found = tx.proceedings.get(id)
    if found is None:
        raise NotAllowed(f"没有办理记录 {id}：这一事项还没有开始办理")
    return found


def complete_step(
    tx: Transaction, id: str, step: str, *, by: Signed, outcome: str | None = None, reasons: str = ""
) -> Proceeding:
    """Write down that a step was done, with its message and its line in the matter's log.

    `NotAllowed` where it is not its turn, was done already, or its outcome is missing or without reasons.
    """
    present = proceeding_of(tx, id)
    saved = tx.proceedings.save(present.completed(step, by=by, outcome=outcome, reasons=reasons), present.version)
    what = _words(saved, step)
    tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=what)])
    tx.concerns.add_doing(saved.concern, by.name, what)
    return saved


def reopen_steps(tx: Transaction, id: str, steps: tuple[str, ...], *, by: Signed, reasons: str) -> Proceeding:
    """Take back that these steps were done, because what they rested on no longer holds."""
    present = proceeding_of(tx, id)
    undone = [present.step(step) for step in steps if present.done_as(step)]
    if not undone:
        return present
    done = tuple(each for each in present.done if each.step not in {step.id for step in undone})
    saved = tx.proceedings.save(replace(present, done=done), present.version)
    what = f"须重办“{'、'.join(step.title for step in undone)}”：{reasons}"
    tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=what)])
    tx.concerns.add_doing(saved.concern, by.name, what)
    return saved


def _words(proceeding: Proceeding, step_id: str) -> str:
    step, done = proceeding.step(step_id), proceeding.done_as(step_id)
    outcome = next((each.title for each in step.outcomes if done and each.id == done.outcome), "")
    reasons = f"（{done.reasons}）" if done and done.reasons else ""
    return f"办完“{step.title}”" + (f"：{outcome}" if outcome else "") + reasons
