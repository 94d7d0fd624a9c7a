"""Grounds: what must stand in the register before a step counts as done, so that none is done around its own move.

A finding is signed, a text handed in and passed by its gates, an answer public, a task sent: each by a move that asks
for more than a name, and writes the step down in the same transaction. Three moves write theirs themselves.
"""

from collections.abc import Callable, Iterator, Mapping

from huiying.clarification import Clarification, ClarificationState
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.person import Signed
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.task import Task, TaskState

Ground = Callable[[Transaction, Proceeding, Signed], bool]
"""Whether what a step rests on stands in the register at the moment of this signature."""

OWN_MOVES = {"appraise": "研判", "evaluate": "评估", "file": "归档"}
"""Steps that only their own move writes down: it keeps with them what was decided, judged or chosen."""


def must_rest_on_its_move(tx: Transaction, proceeding: Proceeding, step: str, by: Signed) -> None:
    """`NotAllowed` where the step belongs to a move of its own that was not made."""
    title = proceeding.step(step).title
    if step in OWN_MOVES or step == proceeding.procedure.steps[-1].id:
        raise NotAllowed(f"“{title}”不能单独记为办完，请在事项页的“{OWN_MOVES.get(step, title)}”里办理")
    ground = _GROUNDS.get(step)
    if ground and not ground[0](tx, proceeding, by):
        raise NotAllowed(f"“{title}”不能记为办完：{ground[1]}")


def _sent(tx: Transaction, proceeding: Proceeding, _by: Signed) -> bool:
    return any(task.sent_at or task.state is TaskState.SENT for task in _leading(tx, proceeding))


def _reported(tx: Transaction, proceeding: Proceeding, _by: Signed) -> bool:
    leading = {task.id for task in _leading(tx, proceeding)}
    return any(each.signed and each.task in leading for each in tx.findings.of_concern(proceeding.concern))


def _handed_in(tx: Transaction, proceeding: Proceeding, _by: Signed) -> bool:
    in_hand = (ClarificationState.SUBMITTED, ClarificationState.PUBLISHED)
    return any(answer.state in in_hand for answer in _answers(tx, proceeding))


def _passed(gate: Gate) -> Ground:
    def passed(tx: Transaction, proceeding: Proceeding, by: Signed) -> bool:
        newest = (
            tx.reviews.of_text(answer.id, texts[-1].sha256)
            for answer in _answers(tx, proceeding)
            if (texts := tx.clarifications.texts(answer.id))
        )
        return any(standing.passed(gate, by.at) for standing in newest if standing)

    return passed


def _public(tx: Transaction, proceeding: Proceeding, _by: Signed) -> bool:
    return any(each.at for answer in _answers(tx, proceeding) for each in tx.publications.of_clarification(answer.id))


def _leading(tx: Transaction, proceeding: Proceeding) -> Iterator[Task]:
    for task in tx.tasks.of_alerts([proceeding.episode]).get(proceeding.episode, []):
        if task.leads and task.procedure == proceeding.procedure.id and task.state is not TaskState.WAITING:
            yield task


def _answers(tx: Transaction, proceeding: Proceeding) -> Iterator[Clarification]:
    for answer in tx.clarifications.of_concern(proceeding.concern):
        if answer.episode == proceeding.episode:
            yield answer


_GROUNDS: Mapping[str, tuple[Ground, str]] = {
    "designate": (_sent, "还没有交办牵头单位"),
    "assign": (_sent, "还没有交办牵头单位"),
    "find": (_reported, "牵头单位还没有经负责人签字的反馈"),
    "draft": (_handed_in, "还没有送审的回应稿"),
    **{gate.step: (_passed(gate), f"现在这一稿还没有通过{gate.label}") for gate in Gate},
    "publish": (_public, "还没有已发布的回应"),
    "follow-up": (_public, "还没有已发布的回应"),
}
