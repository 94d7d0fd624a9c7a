"""Scans, inside one register transaction. What a list needs is read without their content."""

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection, Select, func, select

from huiying.register.evidence import with_merged
from huiying.register.rows import among, insert_new
from huiying.register.schema.scans import scans
from huiying.scan import About, Scan


class Scans:
    """Files are added and never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, scan: Scan, content: bytes) -> bool:
        """Keep it; False, and nothing changed, where the same file is put to the same thing already."""
        row = {
            "id": scan.id,
            "concern": scan.concern,
            "about": scan.about.value,
            "subject": scan.subject,
            "put_at": scan.by.at,
            "sha256": scan.sha256,
            "size": scan.size,
            "body": scan,
            "content": content,
        }
        return insert_new(self._connection, scans, row)

    def get(self, id: str) -> Scan | None:
        """The scan of this id."""
        return next(iter(self._all(select(scans.c.body).where(scans.c.id == id))), None)

    def content(self, id: str) -> bytes:
        """The file itself, as it stands now; empty where there is none."""
        found = self._connection.scalar(select(scans.c.content).where(scans.c.id == id))
        return bytes(found or b"")

    def of(self, about: About, subjects: Iterable[str]) -> dict[str, list[Scan]]:
        """The scans of these things, by the thing, the first first."""
        wanted = select(scans.c.body).where(
            scans.c.about == about.value, among(self._connection, scans.c.subject, set(subjects))
        )
        found: dict[str, list[Scan]] = {}
        for scan in self._all(wanted):
            found.setdefault(scan.subject, []).append(scan)
        return found

    def of_concern(self, concern: str) -> list[Scan]:
        """The scans of a matter and of those merged into it, the first first."""
        ids = with_merged(self._connection, concern)
        return self._all(select(scans.c.body).where(among(self._connection, scans.c.concern, ids)))

    def count(self, concern: str) -> int:
        """How many files a matter has."""
        return self._connection.scalars(select(func.count()).where(scans.c.concern == concern)).one()

    def altered(self) -> Iterator[Scan]:
        """Every scan whose content is no longer what was put there; one content in memory at a time."""
        for scan in self._all(select(scans.c.body)):
            if not scan.is_content(self.content(scan.id)):
                yield scan

    def _all(self, wanted: Select[tuple[object]]) -> list[Scan]:
        rows = self._connection.scalars(wanted.order_by(scans.c.put_at, scans.c.id))
        return [msgspec.convert(body, Scan) for body in rows]
