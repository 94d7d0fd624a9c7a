"""Reviews, their seats and what was said at them, inside one register transaction.

Seats and records are only added.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, insert, select, update

from huiying.failures import Stale
from huiying.register.rows import insert_into, insert_new
from huiying.register.schema.chain import counters
from huiying.register.schema.clarifications import clarifications
from huiying.register.schema.reviews import gate_records, gate_seats, reviews
from huiying.review import GateRecord, Review, Standing


class Reviews:
    """`save` raises `Stale` where somebody else changed the review first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, clarification: str) -> None:
        """Let nobody else record, draft or publish about this clarification until the transaction ends."""
        wanted = select(clarifications.c.id).where(clarifications.c.id == clarification)
        self._connection.execute(wanted.with_for_update())

    def next_number(self, year: int) -> str:
        """The next running number of a year; numbers are never used twice."""
        statement = insert_into(self._connection, counters).values(name=f"review:{year}", value=1)
        statement = statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
        )
        number = self._connection.scalars(statement.returning(counters.c.value)).one()
        return f"{year}-{number:04d}"

    def insert(self, review: Review) -> bool:
        """Open a review with its seats; False, and nothing changed, where this text has one."""
        row = {"clarification": review.clarification, "sha256": review.sha256, **_columns(review)}
        if not insert_new(self._connection, reviews, row):
            return False
        key = {"clarification": review.clarification, "sha256": review.sha256}
        seats = [{**key, "gate": seat.gate.value, "seat": seat.id} for seat in review.seats]
        self._connection.execute(insert(gate_seats), seats)
        return True

    def save(self, review: Review, expected_version: int) -> Review:
        """Write a changed review over the version it was read at; gives it back with its new version."""
        saved = replace(review, version=expected_version + 1)
        changed = self._connection.execute(
            update(reviews)
            .where(
                reviews.c.clarification == review.clarification,
                reviews.c.sha256 == review.sha256,
                reviews.c.version == expected_version,
            )
            .values(**_columns(saved))
        )
        if changed.rowcount != 1:
            raise Stale(f"review {review.number} is no longer at version {expected_version}; read it again")
        return saved

    def of_text(self, clarification: str, sha256: str) -> Standing | None:
        """How far exactly this text has come; None where it was never sent for review."""
        wanted = select(reviews.c.body).where(reviews.c.clarification == clarification, reviews.c.sha256 == sha256)
        body = self._connection.scalar(wanted)
        return None if body is None else self._standing(msgspec.convert(body, Review))

    def of_clarification(self, clarification: str) -> list[Standing]:
        """How far every text of a clarification came, the first first."""
        wanted = select(reviews.c.body).where(reviews.c.clarification == clarification)
        return self._standings(wanted.order_by(reviews.c.opened_at))

    def opened(self, since: datetime, until: datetime) -> list[Standing]:
        """Every review opened in a span of time, in order."""
        wanted = select(reviews.c.body).where(reviews.c.opened_at >= since, reviews.c.opened_at < until)
        return self._standings(wanted.order_by(reviews.c.opened_at, reviews.c.number))

    def newest(self, *, limit: int) -> list[Standing]:
        """The reviews opened last, the newest first."""
        return self._standings(select(reviews.c.body).order_by(reviews.c.opened_at.desc()).limit(limit))

    def add_record(self, record: GateRecord) -> GateRecord:
        """Keep what was said at a seat; it comes back with its number."""
        statement = insert(gate_records).values(
            clarification=record.clarification,
            text=record.text,
            sha256=record.sha256,
            gate=record.gate.value,
            seat=record.seat,
            person=record.by.person,
            role=record.by.role.value if record.by.role else "",
            conclusion=record.conclusion.value,
            passed=record.passed,
            at=record.by.at,
            confirm_by=record.confirm_by,
            body=record,
        )
        number = self._connection.scalars(statement.returning(gate_records.c.id)).one()
        return replace(record, id=number)

    def record(self, number: int) -> GateRecord | None:
        """What was said under this number."""
        row = self._connection.execute(
            select(gate_records.c.id, gate_records.c.body).where(gate_records.c.id == number)
        ).first()
        return None if row is None else _record(row)

    def lapsed(self, now: datetime) -> list[GateRecord]:
        """Words given by telephone whose term to sign has run out, whether or not somebody signed since."""
        wanted = select(gate_records.c.id, gate_records.c.body).where(gate_records.c.confirm_by < now)
        return [_record(row) for row in self._connection.execute(wanted.order_by(gate_records.c.id))]

    def _standings(self, wanted: Select[tuple[object]]) -> list[Standing]:
        found = [msgspec.convert(body, Review) for body in self._connection.scalars(wanted)]
        return [self._standing(review) for review in found]

    def _standing(self, review: Review) -> Standing:
        wanted = select(gate_records.c.id, gate_records.c.body).where(
            gate_records.c.clarification == review.clarification, gate_records.c.sha256 == review.sha256
        )
        rows = self._connection.execute(wanted.order_by(gate_records.c.id)).all()
        return Standing(review=review, records=tuple(_record(row) for row in rows))


def _record(row: Sequence[object]) -> GateRecord:
    return replace(msgspec.convert(row[1], GateRecord), id=int(str(row[0])))


def _columns(review: Review) -> dict[str, object]:
    return {"number": review.number, "opened_at": review.opened_at, "version": review.version, "body": review}
