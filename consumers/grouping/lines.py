"""Groups the lines of a file, for `huiying gather FILE`: the same single pass, without a register."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from consumers.grouping.grouping import Grouping, Incoming
from consumers.grouping.weights import Weights
from huiying.failures import Rejected
from huiying.moments import read_moment
from huiying.policy.gathering import GatheringRules

_LINES_AT_ONCE = 500
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_WHOLE_FILE = 36_500.0


def group_lines(
    lines: Iterable[Mapping[str, Any]], rules: GatheringRules | None = None, weights: Weights | None = None
) -> Iterator[dict[str, Any]]:
    """Lines `{"id","text","title"?,"time"?}` in; `{"id","concern"}` out, in the same order.

    Lines are placed in the order in which they stand. Within a file nothing is too old to be joined. A line without a
    time that can be read is taken to be of the same time as the one before it. `Rejected` says which line is none.
    """
    near = (rules or GatheringRules()).grouping
    grouping = Grouping(GatheringRules(grouping=near.model_copy(update={"window_days": _WHOLE_FILE})), weights)
    remaining = _read(lines)
    while some := list(islice(remaining, _LINES_AT_ONCE)):
        placed = grouping.place([incoming for _, incoming in some])
        for (given, _), placement in zip(some, placed.placements, strict=True):
            yield {"id": given, "concern": placement.concern}


def _read(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, Incoming]]:
    at = _NO_TIME
    latest = datetime.now(UTC) + timedelta(days=1)
    for number, line in enumerate(lines, start=1):
        given, text, title = line.get("id"), line.get("text"), line.get("title") or ""
        if given is None or not isinstance(text, str) or not isinstance(title, str):
            raise Rejected(f'line {number} is not {{"id", "text"}} with text as a string')
        at = read_moment(str(line.get("time") or ""), latest) or at
        # The same id may stand in a file twice; its line makes it another post all the same.
        yield given, Incoming(post=f"{number}:{given}", at=at, text=_whole(title, text), title=title)


def _whole(title: str, text: str) -> str:
    return text if not title or text.startswith(title) else f"{title}\n{text}"
