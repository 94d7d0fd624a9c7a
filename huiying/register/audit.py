"""The audit's chain, inside one register transaction. Entries are added at its end and never changed.

Whoever adds holds the chain's head until the transaction ends, so it is written last of all and numbers have no gaps.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from huiying.audit import BEGINNING, Deed, Entry, Head
from huiying.clock import Clock
from huiying.register.rows import insert_into
from huiying.register.schema.audit import audit_entries, audit_heads
from huiying.register.schema.columns import storable

_CHAIN = "audit"
_LONGEST = 500
_PAGE = 1_000


class Audit:
    """What was done, in order."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, deed: Deed) -> Entry:
        """Write a deed at the end of the chain."""
        head = self._hold_head()
        entry = Entry(number=head.number + 1, at=self._clock.now(), deed=_written(deed), previous=head.hash)
        entry = replace(entry, hash=entry.true_hash)
        self._connection.execute(audit_entries.insert().values(**_columns(entry)))
        self._connection.execute(
            update(audit_heads).where(audit_heads.c.chain == _CHAIN).values(number=entry.number, hash=entry.hash)
        )
        return entry

    def head(self) -> Head:
        """Where the chain ends."""
        row = self._connection.execute(select(audit_heads).where(audit_heads.c.chain == _CHAIN)).first()
        return Head(number=0, hash=BEGINNING) if row is None else Head(number=row.number, hash=row.hash)

    def entries(self) -> Iterator[Entry]:
        """Every entry, the oldest first, some at a time."""
        after = 0
        while page := self._page(after):
            yield from page
            after = page[-1].number

    def newest(
        self,
        *,
        who: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Entry]:
        """Entries, the newest first: of one person, of a time (from `since`, before `until`), older than a number."""
        wanted = select(audit_entries)
        if who is not None:
            wanted = wanted.where(audit_entries.c.who == who)
        if since is not None:
            wanted = wanted.where(audit_entries.c.at >= since)
        if until is not None:
            wanted = wanted.where(audit_entries.c.at < until)
        if before is not None:
            wanted = wanted.where(audit_entries.c.number < before)
        rows = self._connection.execute(wanted.order_by(audit_entries.c.number.desc()).limit(limit))
        return [_entry(row) for row in rows]

    def _page(self, after: int) -> list[Entry]:
        wanted = select(audit_entries).where(audit_entries.c.number > after).order_by(audit_entries.c.number)
        return [_entry(row) for row in self._connection.execute(wanted.limit(_PAGE))]

    def _hold_head(self) -> Head:
        """The head, locked; the write that changes nothing is the lock."""
        statement = insert_into(self._connection, audit_heads).values(chain=_CHAIN, number=0, hash=BEGINNING)
        statement = statement.on_conflict_do_update(
            index_elements=[audit_heads.c.chain], set_={"number": audit_heads.c.number}
        )
        row = self._connection.execute(statement.returning(audit_heads.c.number, audit_heads.c.hash)).one()
        return Head(number=row.number, hash=row.hash)


def _written(deed: Deed) -> Deed:
    """As the database will give it back, or its hash would not fit."""
    words = {name: storable(str(getattr(deed, name)))[:_LONGEST] for name in Deed.__dataclass_fields__}
    return Deed(**words)


def _columns(entry: Entry) -> dict[str, object]:
    deed = {name: str(getattr(entry.deed, name)) for name in Deed.__dataclass_fields__}
    return deed | {"number": entry.number, "at": entry.at, "previous": entry.previous, "hash": entry.hash}


def _entry(row: Row[Any]) -> Entry:
    words = {name: getattr(row, name) for name in Deed.__dataclass_fields__}
    return Entry(number=row.number, at=row.at, deed=Deed(**words), previous=row.previous, hash=row.hash)
