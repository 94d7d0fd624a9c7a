"""Health and memory of the sources, inside one register transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from huiying.clock import Clock
from huiying.register.rows import Insert, insert_into, insert_rows
from huiying.register.schema.chain import crawl_memory, source_health
from huiying.source import Seen, SourceHealth, address_digest

MOST_REMEMBERED = 20_000
"""A crawl asks for no more of a source's memory than this, the newest first."""


class Sources:
    """Health and memory of the sources."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def health_of(self, source: str) -> SourceHealth:
        """How this source fared; a source that never ran has an empty record."""
        body = self._connection.scalar(select(source_health.c.body).where(source_health.c.source == source))
        return SourceHealth(source=source) if body is None else msgspec.convert(body, SourceHealth)

    def all_health(self) -> Mapping[str, SourceHealth]:
        """How every source that ever ran fared, by its name."""
        rows = self._connection.execute(select(source_health.c.source, source_health.c.body))
        return {name: msgspec.convert(body, SourceHealth) for name, body in rows}

    def save_health(self, health: SourceHealth) -> None:
        """Keep how a source fared; its lease makes the crawl that calls this the only one."""
        statement = insert_into(self._connection, source_health).values(source=health.source, body=health)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[source_health.c.source], set_={"body": statement.excluded.body}
            )
        )

    def memory_of(self, source: str) -> dict[str, Seen]:
        """What this source gave before, by the digest of its address."""
        rows = self._connection.execute(
            select(crawl_memory.c.address, crawl_memory.c.etag, crawl_memory.c.last_modified, crawl_memory.c.seen_at)
            .where(crawl_memory.c.source == source)
            .order_by(crawl_memory.c.seen_at.desc())
            .limit(MOST_REMEMBERED)
        )
        return {
            address: Seen(address=address, etag=etag, last_modified=last_modified, seen_at=seen_at)
            for address, etag, last_modified, seen_at in rows
        }

    def remember(self, source: str, seen: Iterable[Seen]) -> None:
        """Remember addresses whose posts the bus has taken; each replaces what was known of it."""
        newest = {address_digest(one.address): one for one in seen}
        rows = [
            {
                "source": source,
                "address": digest,
                "etag": newest[digest].etag,
                "last_modified": newest[digest].last_modified,
                "seen_at": newest[digest].seen_at,
            }
            for digest in sorted(newest)
        ]
        if rows:
            insert_rows(self._connection, crawl_memory, rows, _replacing)

    def forget_before(self, source: str, moment: datetime) -> int:
        """Forget addresses not seen since then; how many they were."""
        return self._connection.execute(
            delete(crawl_memory).where(crawl_memory.c.source == source, crawl_memory.c.seen_at < moment)
        ).rowcount


def _replacing(insert: Insert) -> Insert:
    new = {name: insert.excluded[name] for name in ("etag", "last_modified", "seen_at")}
    return insert.on_conflict_do_update(index_elements=[crawl_memory.c.source, crawl_memory.c.address], set_=new)
