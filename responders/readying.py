"""Readying: when an alert turns red, its four papers are made by themselves and kept, ready to sign.

The office's own promise is three minutes (POLICY section 12, item 17); this takes one turn of the stage. Each version
stays with its moment, so that what was ready when can be shown.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from huiying.alert import Alert, AlertState
from huiying.bureau import Bureau
from huiying.clock import Clock
from huiying.concern import Concern
from huiying.contacts import AddressBook
from huiying.failures import NotAllowed, Unavailable
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised, Message, TaskChanged, TaskOpened
from huiying.paper import Paper
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Person
from huiying.policy.answers import AnswerRules
from huiying.procedure import Regime
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome
from huiying.task import Task, TaskState
from responders.answers.drafts.holding import holding_statement
from responders.preserving import Preserving
from responders.proceedings.proceeding import proceeding_id
from responders.rules import PROCEDURE, OfficeRules
from responders.shift.papers import State, make_papers
from responders.tasks.opening import Opening


class PaperRules(OfficeRules, Protocol):
    """The part of the office's policy that papers need."""

    @property
    def bureaus(self) -> Sequence[Bureau]:
        """Who may answer, with their full names."""
        ...

    @property
    def contacts(self) -> AddressBook:
        """Whom to call."""
        ...

    @property
    def answers(self) -> AnswerRules:
        """How a first holding statement is worded."""
        ...


class Readying:
    """The stage that makes the papers of red alerts; a person may ask for those of any other."""

    name = "readying"
    reads: tuple[type[Message], ...] = (AlertRaised, AlertChanged, TaskOpened, TaskChanged)

    def __init__(
        self,
        register: Register,
        rules: PaperRules,
        preserving: Preserving,
        clock: Clock,
        regime: Regime = Regime.CURRENT,
    ) -> None:
        self._register = register
        self._rules = rules
        self._preserving = preserving
        self._clock = clock
        self._regime = regime
        self._names = {bureau.id: bureau.name for bureau in rules.bureaus}

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Make the papers of those alerts of the batch that are red."""
        told = (
            message for message in batch if isinstance(message, AlertRaised | AlertChanged | TaskOpened | TaskChanged)
        )
        about = (message.concern for message in told)
        with self._register.reading() as asking:
            open_ones = self._open(asking, about, least=Level.RED)
            red = [concern.id for concern, _ in open_ones if not _is_answered(asking, concern)]
        if red:
            self._make(red, least=Level.RED, by=SYSTEM.name)
        return [Done() for _ in batch]

    def ask_for(self, concern: str, *, by: Person) -> None:
        """The papers of a matter as things stand now, of whatever level. `NotAllowed` where it has no open alert."""
        signed = must_may(by, Action.EXPORT, self._clock.now())
        if not self._make([concern], least=Level.BLUE, by=signed.name):
            raise NotAllowed("事项没有在办的预警，或自上次备好以来没有变化：不必重新备纸")

    def _make(self, concern_ids: Sequence[str], *, least: Level, by: str) -> int:
        # Papers do not wait for the archive: its own stage keeps the posts once they can be read again.
        with suppress(Unavailable):
            self._preserving.keep(concern_ids)
        made = 0
        with self._register.transaction() as tx:
            for concern, alert in self._open(tx, concern_ids, least=least):
                made += self._add(tx, self._state(tx, concern, alert), by)
        return made

    def _open(
        self, tx: Transaction, concern_ids: Iterable[str | None], *, least: Level
    ) -> list[tuple[Concern, Alert]]:
        concerns = tx.concerns.get(each for each in concern_ids if each)
        alerts = tx.alerts.many(concern.episode_id for concern in concerns.values())
        return [
            (concern, alert)
            for concern in concerns.values()
            if (alert := alerts.get(concern.episode_id))
            and alert.state is not AlertState.CLOSED
            and alert.level.rank >= least.rank
            and not concern.merged_into
        ]

    def _state(self, tx: Transaction, concern: Concern, alert: Alert) -> State:
        return State(
            concern=concern,
            alert=alert,
            task=self._task(tx, concern),
            findings=tx.findings.of_concern(concern.id),
            evidence=tx.evidence.of_concern(concern.id),
            # Its words are the same without the posts, which only bear out the title: no paper waits for the archive.
            holding=holding_statement(tx, concern, self._rules.answers.holding, self._names, lambda _: {}),
            names=self._names,
            book=self._rules.contacts,
        )

    def _task(self, tx: Transaction, concern: Concern) -> Task:
        """The lead's task of this episode, else the draft of it: what would be asked, and by when."""
        for task in tx.tasks.of_concern(concern.id):
            if (
                task.alert == concern.episode_id
                and task.bureau == concern.lead
                and task.state is not TaskState.CLOSED
            ):
                return task
        now = self._clock.now()
        lead = concern.lead or ""
        return Opening(self._rules, self._regime).make(tx, concern, lead, waits="待交办", now=now)

    def _add(self, tx: Transaction, state: State, by: str) -> bool:
        last = tx.papers.newest(state.alert.id)
        papers = make_papers(state, self._clock.now())
        changed = [paper for paper in papers if paper.kind not in last or last[paper.kind].basis != paper.basis]
        added = [paper for paper in changed if tx.papers.add(_numbered(paper, last.get(paper.kind)))]
        if added:
            names = "、".join(paper.kind.label for paper in added)
            tx.concerns.add_doing(state.concern.id, by, f"备好{names}（{state.alert.level.label}）")
        return bool(added)


def _is_answered(tx: Transaction, concern: Concern) -> bool:
    """Whether this episode has its public answer, or ended: papers that make one ready have no use any more."""
    proceeding = tx.proceedings.get(proceeding_id(concern.episode_id, PROCEDURE))
    return proceeding is not None and bool(proceeding.closed_at or proceeding.done_as("publish"))


def _numbered(paper: Paper, last: Paper | None) -> Paper:
    return replace(paper, number=last.number + 1 if last else 1)
