"""Known posts, fates and rejections, inside one register transaction."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, select

from huiying.clock import Clock
from huiying.post import Post
from huiying.register.fates import Fates
from huiying.register.rows import Insert, among, insert_rows
from huiying.register.schema.chain import counters, known_posts, rejections
from huiying.rejection import Rejection

_SALT = "author-salt:"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPost:
    """What intake remembers of a post: its newest revision and the SHA-256 of that revision's original."""

    revision: int
    sha256: str


class Posts(Fates):
    """Known posts, fates and rejections."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        super().__init__(connection)
        self._clock = clock

    def known(self, ids: Collection[str]) -> Mapping[str, KnownPost]:
        """Those of these posts that intake has put on the bus before."""
        rows = self._connection.execute(select(known_posts).where(among(self._connection, known_posts.c.id, ids)))
        return {row.id: KnownPost(revision=row.revision, sha256=row.sha256) for row in rows}

    def remember(self, posts: Iterable[Post]) -> None:
        """Remember posts that the bus has taken; an older revision never replaces a newer one."""
        newest: dict[str, Post] = {}
        for post in posts:
            if post.id not in newest or post.revision > newest[post.id].revision:
                newest[post.id] = post
        if not newest:
            return
        # In one order everywhere: two doors that remember the same posts wait for each other, never in a circle.
        rows = [
            {"id": post.id, "revision": post.revision, "sha256": post.original_sha256}
            for post in sorted(newest.values(), key=lambda post: post.id)
        ]
        insert_rows(self._connection, known_posts, rows, _unless_newer_is_known)

    def reject(self, refused: Iterable[Rejection]) -> None:
        """Record what intake refused."""
        now = self._clock.now()
        rows = [
            {"source": one.source[:200], "where": one.where, "reason": one.reason, "at": one.at or now}
            for one in refused
        ]
        if rows:
            insert_rows(self._connection, rejections, rows)

    def count_rejections(self) -> int:
        """How many posts intake has refused."""
        return int(self._connection.scalar(select(func.count()).select_from(rejections)) or 0)

    def rejections(self, limit: int) -> tuple[Rejection, ...]:
        """The last rejections, the newest first."""
        rows = self._connection.execute(select(rejections).order_by(rejections.c.id.desc()).limit(limit))
        return tuple(Rejection(where=row.where, source=row.source, reason=row.reason, at=row.at) for row in rows)

    def author_salt(self, day: date) -> bytes:
        """The secret of one day for hashing authors; the first to ask makes it, earlier days' are deleted."""
        prefix = f"{_SALT}{day.isoformat()}"
        rows = [{"name": f"{prefix}:{part}", "value": secrets.randbits(62)} for part in (1, 2)]
        insert_rows(self._connection, counters, rows, lambda insert: insert.on_conflict_do_nothing())
        past = counters.c.name.like(f"{_SALT}%") & (counters.c.name < prefix)
        self._connection.execute(delete(counters).where(past))
        names = [row["name"] for row in rows]
        values = self._connection.scalars(
            select(counters.c.value).where(counters.c.name.in_(names)).order_by(counters.c.name)
        )
        return b"".join(value.to_bytes(8, "big") for value in values)


def _unless_newer_is_known(insert: Insert) -> Insert:
    return insert.on_conflict_do_update(
        index_elements=[known_posts.c.id],
        set_={"revision": insert.excluded.revision, "sha256": insert.excluded.sha256},
        where=insert.excluded.revision > known_posts.c.revision,
    )
