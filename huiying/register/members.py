"""Members: the posts by which the gatherer knows a concern again, inside one register transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, update

from huiying.register.rows import among, insert_into, insert_rows
from huiying.register.schema.chain import counters, members

_SIGN = 1 << 63
_COUNTER = "members"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One post that stands for its concern: its SimHash and the sketch of its words.

    `strand` is the concern as it was before it was merged; where nothing was merged, it is the concern itself.
    """

    post: str
    concern: str
    strand: str
    at: datetime
    fingerprint: int
    sketch: bytes


class Members:
    """The gatherer's memory on disk; bounded per concern and in age by the gatherer itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changes(self) -> int:
        """How often members were changed so far. Whoever remembers them compares; the row stays locked meanwhile."""
        present = self._connection.scalar(
            select(counters.c.value).where(counters.c.name == _COUNTER).with_for_update()
        )
        return present or 0

    def note_change(self) -> int:
        """Say that members were changed; the new number of changes."""
        statement = insert_into(self._connection, counters).values(name=_COUNTER, value=1)
        statement = statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
        )
        return int(self._connection.scalars(statement.returning(counters.c.value)).one())

    def add(self, rows: Sequence[Member]) -> None:
        """Remember these posts."""
        if rows:
            insert_rows(self._connection, members, [_row(row) for row in rows])

    def forget(self, posts: Iterable[str]) -> None:
        """Forget these posts."""
        ids = list(posts)
        if ids:
            self._connection.execute(delete(members).where(among(self._connection, members.c.post, ids)))

    def move(self, loser: str, winner: str) -> None:
        """Let the members of one concern stand for another; they stay strands of their own."""
        self._connection.execute(update(members).where(members.c.concern == loser).values(concern=winner))

    def since(self, moment: datetime) -> Iterator[Member]:
        """Every member said at or after a moment, in the order (at, post)."""
        return self._read(members.c.at >= moment)

    def of_concern(self, concern: str) -> list[Member]:
        """The members of one concern, oldest first."""
        return list(self._read(members.c.concern == concern))

    def _read(self, which: ColumnElement[bool]) -> Iterator[Member]:
        for row in self._connection.execute(select(members).where(which).order_by(members.c.at, members.c.post)):
            yield Member(
                post=row.post,
                concern=row.concern,
                strand=row.strand,
                at=row.at,
                fingerprint=row.fingerprint % (1 << 64),
                sketch=row.sketch,
            )


def _row(member: Member) -> dict[str, object]:
    unsigned = member.fingerprint
    return {
        "post": member.post,
        "concern": member.concern,
        "strand": member.strand,
        "at": member.at,
        "fingerprint": unsigned - (1 << 64) if unsigned >= _SIGN else unsigned,
        "sketch": member.sketch,
    }
