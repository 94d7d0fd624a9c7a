"""Instructing: 批示 and the promises of public answers, tracked until somebody reports what came of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.clock import BEIJING, Clock, moment_words
from huiying.failures import NotAllowed
from huiying.instruction import Instruction, InstructionSource
from huiying.messages import ConcernChanged
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Person, Signed
from huiying.policy.tasks import TaskRules
from huiying.register.register import Register, Transaction
from responders.rereading import reread_when_stale


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be done: the words as they stand, which bureau must do what, by when."""

    text: str
    bureau: str
    what: str
    due_at: datetime


class Instructing:
    """批示件 by leaders themselves, written down for them, or made from a promise."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def instruct(self, concern: str, order: Order, *, by: Person) -> Instruction:
        """A leader's own 批示."""
        signed = must_may(by, Action.INSTRUCT, self._clock.now())
        return self._track(concern, order, InstructionSource.LEADER, signed.name, signed)

    def record(self, concern: str, order: Order, *, from_whom: str, by: Person) -> Instruction:
        """登记 a leader's 批示 that came on paper or by telephone."""
        signed = must_may(by, Action.REGISTER_CONCERN, self._clock.now())
        return self._track(concern, order, InstructionSource.LEADER, from_whom, signed)

    def finish(self, id: str, *, outcome: str, by: Person) -> Instruction:
        """落实情况: the bureau that must do it, or the office, reports what came of it."""
        return reread_when_stale(lambda: self._finish(id, outcome, by))

    def _track(
        self, concern: str, order: Order, source: InstructionSource, from_whom: str, signed: Signed
    ) -> Instruction:
        def once() -> Instruction:
            with self._register.transaction() as tx:
                return track(tx, concern, order, source=source, from_whom=from_whom, by=signed)

        return reread_when_stale(once)

    def _finish(self, id: str, outcome: str, by: Person) -> Instruction:
        with self._register.transaction() as tx:
            instruction = tx.instructions.get(id)
            if instruction is None:
                raise NotAllowed(f"没有批示件 {id}")
            action = Action.HANDLE_TASK if by.bureau else Action.SUPERVISE
            signed = must_may(by, action, self._clock.now(), bureaus=(instruction.bureau,))
            saved = tx.instructions.save(instruction.finished(outcome, signed), instruction.version)
            _tell(tx, saved.concern, f"{saved.id}落实情况：{saved.outcome}", signed.name)
            return saved


def promise(  # noqa: PLR0913 - where a promise was made, and by whom it is kept
    tx: Transaction, concern: str, order: Order, *, clarification: str, sentence: int, from_whom: str, by: Signed
) -> Instruction:
    """对外承诺: a sentence of a published answer becomes a tracked matter, in the transaction that publishes it."""
    return track(
        tx,
        concern,
        order,
        source=InstructionSource.PROMISE,
        from_whom=from_whom,
        by=by,
        made_in=(clarification, sentence),
    )


def track(  # noqa: PLR0913 - a paper has this many blanks
    tx: Transaction,
    concern: str,
    order: Order,
    *,
    source: InstructionSource,
    from_whom: str,
    by: Signed,
    made_in: tuple[str, int] | None = None,
) -> Instruction:
    """Write down an instruction with its number and its line in the matter's log."""
    if tx.concerns.find(concern) is None:
        raise NotAllowed(f"没有舆情事项 {concern}")
    instruction = tx.instructions.insert(
        Instruction(
            id=tx.instructions.next_id(by.at.astimezone(BEIJING).year),
            concern=concern,
            source=source,
            from_whom=from_whom.strip(),
            text=order.text.strip(),
            bureau=order.bureau.strip(),
            what=order.what.strip(),
            due_at=order.due_at,
            by=by,
            clarification=made_in[0] if made_in else None,
            sentence=made_in[1] if made_in else None,
        )
    )
    due = moment_words(instruction.due_at)
    what = f"{source.label}{instruction.id}（{instruction.from_whom}）：{instruction.bureau}{due}前{instruction.what}"
    _tell(tx, concern, what, by.name)
    return instruction


def tell_due_instructions(register: Register, rules: TaskRules, now: datetime) -> None:
    """Tell once that an open instruction falls due soon, and once that its deadline has passed."""
    with register.reading() as asking:
        calls = [call for call in _due(asking, rules, now) if not asking.tasks.has_fired(*call[:3])]
    if not calls:
        return
    with register.transaction() as tx:
        for kind, id, due_at, concern, what in calls:
            if tx.tasks.fire_once(kind, id, due_at):
                _tell(tx, concern, what, SYSTEM.name)


def _due(tx: Transaction, rules: TaskRules, now: datetime) -> Iterator[tuple[str, str, datetime, str, str]]:
    for each in tx.instructions.due_before(now + timedelta(hours=rules.instruction_near_hours)):
        late = each.due_at < now
        state = "已超过时限" if late else "将到期"
        what = f"{each.source.label}{each.id}{state}（{moment_words(each.due_at)}）：{each.bureau}{each.what}"
        yield f"instruction-{'late' if late else 'near'}", each.id, each.due_at, each.concern, what


def _tell(tx: Transaction, concern: str, what: str, who: str) -> None:
    present = tx.concerns.find(concern)
    assert present is not None
    tx.outbox.add([ConcernChanged(concern=present.id, concern_version=present.version)])
    tx.concerns.add_doing(concern, who, what)
