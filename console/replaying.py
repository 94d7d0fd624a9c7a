"""Replays posts through the real stages in event time: which alerts and tasks come of them, and when.

They are posts of a file, or the office's own of a past period (`console/past_posts.py`). Every post passes intake,
judging, gathering, alerting and tasking before the next one does, at the moment at which it was said (collected,
where it is out of the archive); so what comes out depends on the posts alone, never on where a batch ended or in
which order a file names them. All stores are scratch ones in a temporary folder; of the office only its configuration
is read. Timers do not run: they let levels fall and tell what is overdue, which raises no alert about a concern and
opens no task.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from console.wiring import Office, scratch_office
from consumers.gathering import fate_without_placing
from crawlers.files import FileNote, FileProblem, read_file
from crawlers.lines import UnreadableFile, read_lines
from huiying.alert import Alert
from huiying.clock import BEIJING, SetClock
from huiying.concern import Concern
from huiying.intake import Intake
from huiying.level import Level
from huiying.messages import (
    AlertChanged,
    AlertRaised,
    Message,
    PostAssessed,
    PostCollected,
    TaskOpened,
    open_envelope,
)
from huiying.post import RawPost
from huiying.register.register import Transaction
from huiying.stage import Done, Outcome

_TOLD_AT_ONCE = 500
_WITHOUT_SOURCE = "回放"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Tell = Callable[[str, str], None]
"""Is told where something was not taken as it stands, and why."""

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """A row of the file: where it stands, its id as the file writes it, and its post, which has its moment.

    Where the file gives no id, its address is named, or the line on which it stands.
    """

    where: str
    id: object
    raw: RawPost
    at: datetime


def replay(office: Office, file: Path, refused: Tell, passed: Callable[[int], object]) -> list[dict[str, Any]]:
    """The lines of `huiying replay FILE`, in the order in which things happened.

    Rows that cannot be replayed are told to `refused`; `passed` is told how many more have passed.
    """
    rows = dated_rows(office, file, refused)
    with (
        tempfile.TemporaryDirectory(prefix="huiying-replay-") as folder,
        EventTime(office, Path(folder)) as event_time,
    ):
        responding = Responding(event_time)
        for ids in event_time.passing(rows, refused):
            responding.respond()
            passed(len(ids))
    return responding.lines


def replay_past(
    office: Office, posts: Iterable[PostCollected], passed: Callable[[int], object]
) -> list[dict[str, Any]]:
    """The lines of `huiying replay --from --to`; the posts come by (collected_at, id)."""
    with (
        tempfile.TemporaryDirectory(prefix="huiying-replay-") as folder,
        EventTime(office, Path(folder)) as event_time,
    ):
        responding = Responding(event_time)
        for ids in event_time.passing_on(posts):
            responding.respond()
            passed(len(ids))
    return responding.lines


def dated_rows(office: Office, file: Path, refused: Tell) -> list[Dated]:
    """The rows that `huiying import` would read and whose moment is known, by moment."""
    rules = office.policy.intake
    ids = _ids_as_written(file, longest=rules.files.longest_row, largest=rules.files.largest_unpacked_mb * 1_000_000)
    rows: list[Dated] = []
    for where, row in read_file(file, rules, source=_WITHOUT_SOURCE, now=office.clock.now()):
        if isinstance(row, FileProblem):
            refused(where, row.reason)
        elif isinstance(row, FileNote):
            continue  # the row follows; without its moment it is refused below
        elif row.published is None:
            refused(where, "没有读得懂的时间，无法回放")
        else:
            own = ids.get(row.key, row.key) if row.key else row.url or where
            rows.append(Dated(where=where, id=own, raw=row, at=row.published))
    return sorted(rows, key=_order)


def _order(row: Dated) -> tuple[datetime, str, str, str, str]:
    """Revisions of one post at one moment in an order that no file decides; posts are ordered after intake."""
    raw = row.raw
    return row.at, raw.source, raw.key or raw.url or "", raw.text, raw.title


def _ids_as_written(file: Path, *, longest: int, largest: int) -> dict[str, object]:
    """The ids that lines of JSON write as numbers, by the text that import makes of them."""
    found: dict[str, object] = {}
    try:
        for line in read_lines(file, longest=longest, largest=largest):
            try:
                row = msgspec.json.decode(line.text or "null")
            except (msgspec.DecodeError, RecursionError):
                continue
            if isinstance(row, dict) and isinstance(row.get("id"), int):
                found[str(row["id"])] = row["id"]
    except (UnreadableFile, OSError):
        return found
    return found


class Basket:
    """What intake puts its posts into here; the bus of a replay, in which order is everything."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    def publish(self, messages: Sequence[Message]) -> None:
        """Take them."""
        self._messages.extend(messages)

    def emptied(self) -> list[Message]:
        """What was put in since the last time."""
        taken, self._messages = self._messages, []
        return taken


class EventTime:
    """A scratch office in which posts pass intake, judging and gathering one by one, each at its own moment.

    Its clock shows the moment of the post at hand, and nobody but the caller reads what its register tells.
    """

    def __init__(self, office: Office, folder: Path, ids: dict[str, object] | None = None) -> None:
        """`ids` are those of another one that takes the rows of the file in for both."""
        self.clock = SetClock(_EPOCH)
        self.office = scratch_office(office, folder, self.clock)
        self._basket = Basket()
        self._intake = Intake(self.office.register, self._basket, self.clock, self.office.policy.intake)
        self._assessing = self.office.stage("assessing")
        self._gathering = self.office.stage("gathering")
        self.ids: dict[str, object] = {} if ids is None else ids

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.office.close()

    def passing(self, rows: Iterable[Dated], refused: Tell) -> Iterator[list[object]]:
        """Gather the rows, which come by moment; after each post that may move a concern the ids that have passed."""
        yield from self.passing_on(self.collected(rows, refused))

    def passing_on(self, posts: Iterable[PostCollected]) -> Iterator[list[object]]:
        """The same with posts that intake has taken, by (collected_at, id)."""
        lots = in_lots(posts, self.office.settings.batch)
        yield from self.gathering(chain.from_iterable(map(self.judged, lots)))

    def gathering(self, judged: Iterable[PostAssessed]) -> Iterator[list[object]]:
        """Posts that join no concern pass together with the next one that may: they change nothing for it."""
        passing: list[PostAssessed] = []
        for message in judged:
            passing.append(message)
            if fate_without_placing(message) is None:
                yield self._gather(passing)
                passing = []
        if passing:
            yield self._gather(passing)

    def _gather(self, messages: Sequence[PostAssessed]) -> list[object]:
        self.clock.set(messages[-1].post.collected_at)
        self._gathering(messages)
        return [self.id_of(message.post.id) for message in messages]

    def id_of(self, post: str) -> object:
        """What the file calls a post; one of the archive has its own id."""
        return self.ids.get(post, post)

    def newly_told(self) -> list[Message]:
        """What the stages have written into the outbox since the last time."""
        with self.office.register.reading() as tx:
            if not tx.outbox.anything_unsent():
                return []
        with self.office.register.transaction() as tx:
            changes = tx.outbox.number(_TOLD_AT_ONCE)
            tx.outbox.mark_sent([change.number for change in changes])
        return [open_envelope(change.envelope) for change in changes]

    def posts_of(self, tx: Transaction, concern: Concern) -> list[object]:
        """The posts of a concern's present episode so far, the oldest first, by their ids in the file."""
        fates = tx.posts.of_concern(concern.id, limit=concern.posts)
        since = concern.episode_began_at if concern.episode > 1 else _EPOCH
        return [self.id_of(fate.id) for fate in reversed(fates) if fate.at >= since]

    def collected(self, rows: Iterable[Dated], refused: Tell) -> Iterator[PostCollected]:
        """What intake makes of the rows, by (collected_at, id)."""
        waiting: list[PostCollected] = []
        for row in rows:
            if waiting and row.at != waiting[0].post.collected_at:
                yield from sorted(waiting, key=_by_id)
                waiting.clear()
            self.clock.set(row.at)
            taken = self._intake.take([row.raw], [row.where])
            for rejection in taken.rejected:
                refused(rejection.where, rejection.reason)
            for message in self._basket.emptied():
                assert isinstance(message, PostCollected)  # intake publishes nothing else
                self.ids.setdefault(message.post.id, row.id)
                waiting.append(message)
        yield from sorted(waiting, key=_by_id)

    def judged(self, posts: Sequence[PostCollected]) -> Iterator[PostAssessed]:
        """What is judged of them by this office's words."""
        for message in _told_by(self._assessing(posts)):
            assert isinstance(message, PostAssessed)  # assessing publishes nothing else
            yield message


class Responding:
    """Lets alerting and tasking act on what was told, and writes down as lines what came of it."""

    def __init__(self, event_time: EventTime) -> None:
        self.lines: list[dict[str, Any]] = []
        self._event_time = event_time
        self._register = event_time.office.register
        self._stages = [event_time.office.stage("alerting"), event_time.office.stage("tasking")]
        self._names = {bureau.id: bureau.name for bureau in event_time.office.policy.bureaus}
        self._duty_score = event_time.office.policy.heat.duty.min_score
        self._alerts: dict[str, dict[str, Any]] = {}

    def respond(self) -> None:
        """Go on until nothing more comes of the post that has just passed."""
        while told := self._event_time.newly_told():
            for each in told:
                self._note(each)
            for stage in self._stages:
                if wanted := [message for message in told if isinstance(message, stage.reads)]:
                    stage(wanted)

    def _note(self, message: Message) -> None:
        """Turn what is of interest into lines, while everything stands as it did at that moment."""
        if isinstance(message, AlertRaised) and message.concern:
            self._alerts[message.alert] = line = self._alert_line(message.alert)
            self.lines.append(line)
        elif isinstance(message, AlertChanged) and message.alert in self._alerts:
            self._note_level(self._alerts[message.alert], Level(message.level))
        elif isinstance(message, TaskOpened):
            self.lines += self._task_lines(message.task)

    def _note_level(self, line: dict[str, Any], level: Level) -> None:
        if level.rank > Level(line["highest"]).rank:
            line.update(highest=level.value, highest_at=self._now())

    def _alert_line(self, alert_id: str) -> dict[str, Any]:
        with self._register.reading() as tx:
            alert, concern, posts = self._standing(tx, alert_id)
        return {
            "kind": "alert",
            "at": self._now(),
            "concern": concern.id,
            "level": alert.level.value,
            "posts": posts,
            **self._bureau(concern.lead),
            "duties": self._duties(concern),
            "title": alert.title,
            "heat": alert.heat,
            "reasons": [{"part": each.part, "points": each.points, "text": each.text} for each in alert.reasons],
            "episode": concern.episode,
            "highest": alert.level.value,
            "highest_at": self._now(),
        }

    def _task_lines(self, task_id: str) -> list[dict[str, Any]]:
        """The lead's task; those who help it are not told apart."""
        with self._register.reading() as tx:
            task = tx.tasks.many([task_id])[task_id]
            alert, concern, posts = self._standing(tx, task.alert)
        line = {
            "kind": "task",
            "at": self._now(),
            "concern": task.concern,
            "episode": concern.episode,
            "level": alert.level.value,
            "posts": posts,
            **self._bureau(task.bureau),
            "title": task.title,
            "state": task.state.value,
            "waits_because": task.waits_because,
            "due_at": _written(task.due_at) if task.due_at else None,
        }
        return [line] if task.leads else []

    def _standing(self, tx: Transaction, alert_id: str) -> tuple[Alert, Concern, list[object]]:
        """The alert, its concern, and the posts of its episode so far."""
        alert = tx.alerts.many([alert_id])[alert_id]
        assert alert.concern is not None  # no source is watched here
        concern = tx.concerns.get([alert.concern])[alert.concern]
        return alert, concern, self._event_time.posts_of(tx, concern)

    def _duties(self, concern: Concern) -> list[int]:
        """The duties that count for its heat: those with a mean score as high as `config/heat.yaml` asks."""
        least = self._duty_score * max(concern.distinct_posts, 1)
        return sorted(number for number, score in concern.duties.items() if score >= least)

    def _bureau(self, short: str | None) -> dict[str, str | None]:
        return {"bureau": self._names.get(short, short) if short else None, "short": short}

    def _now(self) -> str:
        return _written(self._event_time.clock.now())


def in_lots(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """The rows in lists of at most so many."""
    return iter(partial(lambda waiting: list(islice(waiting, most)), iter(rows)), [])


def _by_id(message: PostCollected) -> tuple[str, int]:
    return message.post.id, message.post.revision


def _told_by(outcomes: Iterable[Outcome]) -> Iterator[Message]:
    for outcome in outcomes:
        if isinstance(outcome, Done):
            yield from outcome.publish


def _written(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat()
