"""Publications, where they were put and what was found there, inside one register transaction.

Rows are only added.
"""

from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Select, Table, insert, select

from huiying.publication import Channel, Delivery, LinkCheck, Publication, Published, Withdrawal
from huiying.register.rows import insert_new
from huiying.register.schema.publications import deliveries, link_checks, publications, withdrawals

Noun = TypeVar("Noun")


class Publications:
    """The database itself refuses a publication whose text has not passed all three gates (revision 0008)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, publication: Publication) -> None:
        """Keep that a text is released; whoever does so holds its clarification (`tx.reviews.hold`)."""
        self._connection.execute(
            insert(publications).values(
                id=publication.id,
                clarification=publication.clarification,
                concern=publication.concern,
                text=publication.text,
                sha256=publication.sha256,
                channel=publication.channel.value,
                at=publication.by.at,
                body=publication,
            )
        )

    def get(self, publication_id: str) -> Published | None:
        """The publication of this id, with everything known of it."""
        found = self._all(select(publications.c.body).where(publications.c.id == publication_id))
        return found[0] if found else None

    def of_concern(self, concern: str) -> list[Published]:
        """Every publication about a concern, in order: the answer's facts for columns, papers and evaluation."""
        return self._all(_in_order().where(publications.c.concern == concern))

    def of_clarification(self, clarification: str) -> list[Published]:
        """Every publication of an answer, in order."""
        return self._all(_in_order().where(publications.c.clarification == clarification))

    def since(self, moment: datetime) -> list[Published]:
        """What was released since a moment, in order."""
        return self._all(_in_order().where(publications.c.at >= moment))

    def public(self, channel: Channel, limit: int, skip: int = 0) -> list[Published]:
        """What stands in this channel now, the newest first."""
        taken_back = select(withdrawals.c.publication)
        wanted = (
            select(publications.c.body)
            .join(deliveries, deliveries.c.publication == publications.c.id)
            .where(publications.c.channel == channel.value, publications.c.id.not_in(taken_back))
            .order_by(deliveries.c.at.desc(), publications.c.id)
        )
        return self._all(wanted.limit(limit).offset(skip))

    def undelivered(self) -> list[Published]:
        """What was released and is on its way."""
        there = select(deliveries.c.publication)
        return self._all(_in_order().where(publications.c.id.not_in(there)))

    def with_unproved_link(self) -> list[Published]:
        """What was put somewhere whose link nobody has reached yet."""
        proved = select(link_checks.c.publication).where(link_checks.c.reached)
        there = select(deliveries.c.publication)
        wanted = _in_order().where(publications.c.id.in_(there), publications.c.id.not_in(proved))
        return [each for each in self._all(wanted) if each.delivery and each.delivery.link]

    def add_delivery(self, delivery: Delivery) -> bool:
        """Keep that a publication was put in its place; False, and nothing changed, where that is kept already."""
        row = {"publication": delivery.publication, "at": delivery.at, "body": delivery}
        return insert_new(self._connection, deliveries, row)

    def add_check(self, check: LinkCheck, page: bytes | None) -> None:
        """Keep what was found under a link, with the page."""
        self._connection.execute(
            insert(link_checks).values(
                publication=check.publication, at=check.at, reached=check.reached, body=check, page=page
            )
        )

    def checks(self, publication_id: str) -> list[LinkCheck]:
        """Every look at a publication's link, the first first."""
        wanted = select(link_checks.c.body).where(link_checks.c.publication == publication_id)
        return [
            msgspec.convert(body, LinkCheck) for body in self._connection.scalars(wanted.order_by(link_checks.c.id))
        ]

    def page(self, publication_id: str) -> bytes | None:
        """The bytes that were last found under a publication's link."""
        wanted = select(link_checks.c.page).where(link_checks.c.publication == publication_id, link_checks.c.reached)
        return self._connection.scalar(wanted.order_by(link_checks.c.id.desc()).limit(1))

    def withdraw(self, withdrawal: Withdrawal) -> bool:
        """Keep that a publication was taken back; False, and nothing changed, where it was already."""
        row = {"publication": withdrawal.publication, "at": withdrawal.by.at, "body": withdrawal}
        return insert_new(self._connection, withdrawals, row)

    def _all(self, wanted: Select[tuple[object]]) -> list[Published]:
        found = [msgspec.convert(body, Publication) for body in self._connection.scalars(wanted)]
        return [
            Published(
                publication=each,
                delivery=self._one(deliveries, each.id, Delivery),
                last_check=next(iter(reversed(self.checks(each.id))), None),
                withdrawal=self._one(withdrawals, each.id, Withdrawal),
            )
            for each in found
        ]

    def _one(self, table: Table, publication: str, noun: type[Noun]) -> Noun | None:
        body = self._connection.scalar(select(table.c.body).where(table.c.publication == publication))
        return None if body is None else msgspec.convert(body, noun)


def _in_order() -> Select[tuple[object]]:
    return select(publications.c.body).order_by(publications.c.at, publications.c.id)
