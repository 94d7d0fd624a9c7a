"""What travels on the bus. Messages are past tense, frozen and versioned; each kind has a topic of its own.

A message is JSON: `{"version": 1, "body": {…}}`. A reader that meets a version newer than it knows must not
guess: `open_envelope` raises `NewerVersion` and the loop pauses and says so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import msgspec

from huiying.failures import HuiyingError, Rejected
from huiying.post import Assessment, Post


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """A message as the bus carries it: bytes under a topic, with the key that keeps related ones together.

    `change_number` is set where the message tells of a change of the register: the number its relay gave it.
    """

    topic: str
    key: str
    payload: bytes
    change_number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostCollected:
    """Intake has taken a post: masked, dated, with its id and revision."""

    topic: ClassVar[str] = "post-collected"
    version: ClassVar[int] = 1
    post: Post

    @property
    def key(self) -> str:
        """Revisions of one post stay together."""
        return self.post.id


@dataclass(frozen=True, kw_only=True, slots=True)
class PostAssessed:
    """A post was judged and stands in the archive (a quarantined one travels without its words and does not)."""

    topic: ClassVar[str] = "post-assessed"
    version: ClassVar[int] = 1
    post: Post
    assessment: Assessment

    @property
    def key(self) -> str:
        """Revisions of one post stay together."""
        return self.post.id


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernChanged:
    """A concern was started or its counts, title, bureaus or posts changed; read it from the register."""

    topic: ClassVar[str] = "concern-changed"
    version: ClassVar[int] = 1
    concern: str
    concern_version: int

    @property
    def key(self) -> str:
        """Changes of one concern stay together."""
        return self.concern


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRaised:
    """A concern, or a source, needs a press officer now."""

    topic: ClassVar[str] = "alert-raised"
    version: ClassVar[int] = 1
    alert: str
    concern: str | None
    source: str | None
    level: str

    @property
    def key(self) -> str:
        """What is about one alert stays together."""
        return self.alert


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertChanged:
    """An alert's level, reasons, state or owner changed; `what` says which, for people."""

    topic: ClassVar[str] = "alert-changed"
    version: ClassVar[int] = 1
    alert: str
    concern: str | None
    source: str | None
    level: str
    what: str

    @property
    def key(self) -> str:
        """What is about one alert stays together."""
        return self.alert


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskOpened:
    """A task stands on a bureau's desk, or waits for one key to be sent there."""

    topic: ClassVar[str] = "task-opened"
    version: ClassVar[int] = 1
    task: str
    concern: str
    alert: str
    bureau: str
    state: str
    due_at: datetime | None

    @property
    def key(self) -> str:
        """What is about one task stays together."""
        return self.task


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskChanged:
    """A task was sent, closed or handed on; `what` says which, for people."""

    topic: ClassVar[str] = "task-changed"
    version: ClassVar[int] = 1
    task: str
    concern: str
    bureau: str
    state: str
    what: str

    @property
    def key(self) -> str:
        """What is about one task stays together."""
        return self.task


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskOverdue:
    """A clock of a task ran out without its step done."""

    topic: ClassVar[str] = "task-overdue"
    version: ClassVar[int] = 1
    task: str
    concern: str
    bureau: str
    step: str
    due_at: datetime

    @property
    def key(self) -> str:
        """What is about one task stays together."""
        return self.task


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskEscalated:
    """A task was not signed for, not begun, is nearly late or late: the next rung of the roster is to be told."""

    topic: ClassVar[str] = "task-escalated"
    version: ClassVar[int] = 1
    task: str
    concern: str
    bureau: str
    step: str
    rung: str
    due_at: datetime | None

    @property
    def key(self) -> str:
        """What is about one task stays together."""
        return self.task


@dataclass(frozen=True, kw_only=True, slots=True)
class ProceedingChanged:
    """A step was done, or a level, a moment or the clocks of a proceeding changed; `what` says which, for people.

    `late` names the clock that ran out, where that is what is told.
    """

    topic: ClassVar[str] = "proceeding-changed"
    version: ClassVar[int] = 1
    proceeding: str
    concern: str
    what: str
    late: str | None = None

    @property
    def key(self) -> str:
        """What is about one concern stays together."""
        return self.concern


@dataclass(frozen=True, kw_only=True, slots=True)
class ClarificationChanged:
    """An answer was drafted, checked, reviewed, signed or published; `what` says which, for people."""

    topic: ClassVar[str] = "clarification-changed"
    version: ClassVar[int] = 1
    clarification: str
    concern: str
    bureau: str
    state: str
    what: str

    @property
    def key(self) -> str:
        """What is about one concern stays together."""
        return self.concern


Message = (
    PostCollected
    | PostAssessed
    | ConcernChanged
    | AlertRaised
    | AlertChanged
    | TaskOpened
    | TaskChanged
    | TaskOverdue
    | TaskEscalated
    | ProceedingChanged
    | ClarificationChanged
)

KINDS: dict[str, type[Message]] = {
    kind.topic: kind
    for kind in (
        PostCollected,
        PostAssessed,
        ConcernChanged,
        AlertRaised,
        AlertChanged,
        TaskOpened,
        TaskChanged,
        TaskOverdue,
        TaskEscalated,
        ProceedingChanged,
        ClarificationChanged,
    )
}
"""Every kind of message by its topic."""


class NewerVersion(HuiyingError):
    """The message was written by a newer version of the program than this one."""


class _Frame(msgspec.Struct):
    version: int
    body: msgspec.Raw


_encoder = msgspec.json.Encoder()
_frame_decoder = msgspec.json.Decoder(_Frame)
_body_decoders = {topic: msgspec.json.Decoder(kind) for topic, kind in KINDS.items()}


def enclose(message: Message) -> Envelope:
    """The message as bytes under its topic and key."""
    payload = _encoder.encode({"version": message.version, "body": message})
    return Envelope(topic=message.topic, key=message.key, payload=payload)


def open_envelope(envelope: Envelope) -> Message:
    """The message in an envelope; `Rejected` if it cannot be read, `NewerVersion` if it is from the future."""
    kind = KINDS.get(envelope.topic)
    if kind is None:
        raise Rejected(f"topic {envelope.topic} is not one of {', '.join(KINDS)}")
    try:
        frame = _frame_decoder.decode(envelope.payload)
        if frame.version > kind.version:
            raise NewerVersion(
                f"{envelope.topic} message {envelope.key} has version {frame.version}, this program knows "
                f"{kind.version}; update this process, nothing is lost meanwhile"
            )
        return _body_decoders[envelope.topic].decode(frame.body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Rejected(f"{envelope.topic} message {envelope.key} cannot be read: {error}") from error
