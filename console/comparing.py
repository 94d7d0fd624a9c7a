"""What would have been different under other rules: two replays of the same posts, side by side.

Both begin with an empty register and judge every post anew, so what people corrected meanwhile counts in neither. The
lines tell only of differences: of posts as they pass, of alerts and tasks at the end, when it is known how high an
alert rose.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from console.replaying import Dated, EventTime, Responding, Tell, in_lots
from console.wiring import Office
from huiying.messages import PostAssessed, PostCollected
from huiying.post import Assessment

Line = dict[str, Any]

_OF_ALERTS = ("highest", "short", "duties", "at")
_OF_TASKS = ("short", "state")
_NAMES = {"highest": "level", "short": "bureau"}
"""What a field is called where it is told that it changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """One of the two replays."""

    event_time: EventTime
    responding: Responding

    @classmethod
    def of(cls, event_time: EventTime) -> Self:
        return cls(event_time=event_time, responding=Responding(event_time))

    def respond_to(self, judged: Sequence[PostAssessed]) -> Iterator[int]:
        """Let these posts pass; how many more have passed, again and again."""
        for ids in self.event_time.gathering(judged):
            self.responding.respond()
            yield len(ids)


class Comparison:
    """The present rules and the proposed ones on the same posts."""

    def __init__(self, present: Office, proposed: Office) -> None:
        self._offices = present, proposed
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="huiying-compare-")))
        for name in ("present", "proposed"):
            (folder / name).mkdir()
        present, proposed = self._offices
        first = self._stack.enter_context(EventTime(present, folder / "present"))
        second = self._stack.enter_context(EventTime(proposed, folder / "proposed", first.ids))
        self._sides = _Side.of(first), _Side.of(second)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of_rows(self, rows: Iterable[Dated], refused: Tell, passed: Callable[[int], object]) -> Iterator[Line]:
        """The differences on the rows of a file, which come by moment; the present rules take them in for both."""
        return self.of(self._sides[0].event_time.collected(rows, refused), passed)

    def of(self, posts: Iterable[PostCollected], passed: Callable[[int], object]) -> Iterator[Line]:
        """The differences on posts, which come by (collected_at, id); `passed` is told how many more have passed."""
        present, proposed = self._sides
        for lot in in_lots(posts, present.event_time.office.settings.batch):
            before, after = [list(side.event_time.judged(lot)) for side in self._sides]
            for one, other in zip(before, after, strict=True):
                if line := self._of_post(one, other):
                    yield line
            for _ in present.respond_to(before):
                passed(0)  # a beat, for whoever holds a lease meanwhile
            for many in proposed.respond_to(after):
                passed(many)
        yield from _differences(present.responding.lines, proposed.responding.lines)

    def _of_post(self, present: PostAssessed, proposed: PostAssessed) -> Line | None:
        before, after = _judged(present.assessment), _judged(proposed.assessment)
        changed = [name for name in before if before[name] != after[name]]
        if not changed or present.post.secrecy_marks:
            return None
        return {
            "kind": "post",
            "change": "changed",
            "changed": changed,
            "post": self._sides[0].event_time.id_of(present.post.id),
            "present": before,
            "proposed": after,
        }


def _judged(assessment: Assessment) -> Mapping[str, object]:
    """What is compared of a post: what it is taken for, not how surely."""
    return {
        "relevant": assessment.relevant,
        "bureau": assessment.lead,
        "duties": sorted(duty.number for duty in assessment.duties),
        "kind": assessment.kind.value,
        "urgency": assessment.urgency,
    }


def _differences(present: Sequence[Line], proposed: Sequence[Line]) -> Iterator[Line]:
    """Alerts, then tasks: those of one side only, and those that are otherwise on the other."""
    partner = _partners(_of_kind(present, "alert"), _of_kind(proposed, "alert"))
    yield from _compared("alert", _of_kind(present, "alert"), _of_kind(proposed, "alert"), partner, _OF_ALERTS)
    yield from _compared("task", _of_kind(present, "task"), _of_kind(proposed, "task"), partner, _OF_TASKS)


def _of_kind(lines: Sequence[Line], kind: str) -> list[Line]:
    return [line for line in lines if line["kind"] == kind]


def _partners(present: Sequence[Line], proposed: Sequence[Line]) -> dict[tuple[str, int], tuple[str, int]]:
    """For each present alert the proposed one about the same matter.

    It is the one of the same concern and episode; where other rules begin the concern with another post, the one with
    which it shares most posts.
    """
    there = {_key(line): line for line in proposed}
    partner = {_key(line): _key(line) for line in present if _key(line) in there}
    free = {key: line for key, line in there.items() if key not in partner}
    for line in present:
        if _key(line) in partner or not free:
            continue
        posts = Counter[object](line["posts"])
        shared = {key: sum((posts & Counter[object](other["posts"])).values()) for key, other in free.items()}
        best = max(shared, key=lambda key: shared[key])
        if shared[best]:
            partner[_key(line)] = best
            del free[best]
    return partner


def _compared(
    kind: str,
    present: Sequence[Line],
    proposed: Sequence[Line],
    partner: Mapping[tuple[str, int], tuple[str, int]],
    fields: Sequence[str],
) -> Iterator[Line]:
    waiting = {_key(line): line for line in proposed}
    for line in present:
        other = waiting.pop(partner.get(_key(line), _key(line)), None)
        changed = [] if other is None else [_NAMES.get(name, name) for name in fields if line[name] != other[name]]
        if other is None:
            yield {"kind": kind, "change": "only-present", "changed": [], "present": line, "proposed": None}
        elif changed:
            yield {"kind": kind, "change": "changed", "changed": changed, "present": line, "proposed": other}
    for line in waiting.values():
        yield {"kind": kind, "change": "only-proposed", "changed": [], "present": None, "proposed": line}


def _key(line: Line) -> tuple[str, int]:
    return line["concern"], line["episode"]
