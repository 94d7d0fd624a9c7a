"""Health and memory of the sources, inside one register transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select

from huiying.clock import Clock
from huiying.register.schema import crawl_memory, source_health
from huiying.source import Seen, SourceHealth, address_digest

_AT_ONCE = 300
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
        self._connection.execute(delete(source_health).where(source_health.c.source == health.source))
        self._connection.execute(
            insert(source_health).values(source=health.source, body=msgspec.to_builtins(health, builtin_types=()))
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
        digests = list(newest)
        for start in range(0, len(digests), _AT_ONCE):
            some = digests[start : start + _AT_ONCE]
            self._connection.execute(
                delete(crawl_memory).where(crawl_memory.c.source == source, crawl_memory.c.address.in_(some))
            )
            self._connection.execute(
                insert(crawl_memory),
                [
                    {
                        "source": source,
                        "address": digest,
                        "etag": newest[digest].etag,
                        "last_modified": newest[digest].last_modified,
                        "seen_at": newest[digest].seen_at,
                    }
                    for digest in some
                ],
            )

    def forget_before(self, source: str, moment: datetime) -> int:
        """Forget addresses not seen since then; how many they were."""
        return self._connection.execute(
            delete(crawl_memory).where(crawl_memory.c.source == source, crawl_memory.c.seen_at < moment)
        ).rowcount
