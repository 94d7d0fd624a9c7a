"""Readings 圈阅 inside one register transaction: rows are only added."""

from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import Connection, Select, select

from huiying.circulation import Reading
from huiying.register.rows import among, insert_new
from huiying.register.schema.circulation import paper_reads


class Circulation:
    """Who read which paper; a changed paper has another hash and is unread again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, reading: Reading) -> bool:
        """Keep that somebody read a paper; False, and nothing changed, where they had read exactly this one."""
        row = {
            "paper": reading.paper,
            "sha256": reading.sha256,
            "person": reading.by.person,
            "at": reading.by.at,
            "body": reading,
        }
        return insert_new(self._connection, paper_reads, row)

    def of_papers(self, papers: Collection[str]) -> dict[str, list[Reading]]:
        """Every reading of each of these papers that has one, the first first."""
        found: dict[str, list[Reading]] = {}
        wanted = select(paper_reads.c.body).where(among(self._connection, paper_reads.c.paper, papers))
        for each in self._all(wanted.order_by(paper_reads.c.at)):
            found.setdefault(each.paper, []).append(each)
        return found

    def read_by(self, person: str, papers: Collection[str]) -> set[tuple[str, str]]:
        """Which of these papers this person read, each with the hash it had."""
        wanted = select(paper_reads.c.paper, paper_reads.c.sha256).where(
            paper_reads.c.person == person, among(self._connection, paper_reads.c.paper, papers)
        )
        return {(row.paper, row.sha256) for row in self._connection.execute(wanted)}

    def _all(self, wanted: Select[tuple[object]]) -> Iterable[Reading]:
        return [msgspec.convert(body, Reading) for body in self._connection.scalars(wanted)]
