"""Known posts, fates and rejections, inside one register transaction."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from huiying.clock import Clock
from huiying.post import Post
from huiying.register.fates import Fates
from huiying.register.schema import counters, known_posts, rejections
from huiying.register.upserting import insert_into
from huiying.rejection import Rejection

_CHUNK = 500
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
        found: dict[str, KnownPost] = {}
        wanted = list(ids)
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            for row in self._connection.execute(select(known_posts).where(known_posts.c.id.in_(chunk))):
                found[row.id] = KnownPost(revision=row.revision, sha256=row.sha256)
        return found

    def remember(self, posts: Iterable[Post]) -> None:
        """Remember posts that the bus has taken; an older revision never replaces a newer one."""
        newest: dict[str, Post] = {}
        for post in posts:
            if post.id not in newest or post.revision > newest[post.id].revision:
                newest[post.id] = post
        if not newest:
            return
        upsert = insert_into(self._connection, known_posts)
        upsert = upsert.on_conflict_do_update(
            index_elements=[known_posts.c.id],
            set_={"revision": upsert.excluded.revision, "sha256": upsert.excluded.sha256},
            where=upsert.excluded.revision > known_posts.c.revision,
        )
        rows = [
            {"id": post.id, "revision": post.revision, "sha256": post.original_sha256} for post in newest.values()
        ]
        self._connection.execute(upsert, sorted(rows, key=lambda row: str(row["id"])))

    def reject(self, refused: Iterable[Rejection]) -> None:
        """Record what intake refused."""
        now = self._clock.now()
        rows = [
            {"source": one.source[:200], "where": one.where, "reason": one.reason, "at": one.at or now}
            for one in refused
        ]
        if rows:
            self._connection.execute(insert(rejections), rows)

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
        self._connection.execute(insert_into(self._connection, counters).on_conflict_do_nothing(), rows)
        past = counters.c.name.like(f"{_SALT}%") & (counters.c.name < prefix)
        self._connection.execute(delete(counters).where(past))
        names = [row["name"] for row in rows]
        values = self._connection.scalars(
            select(counters.c.value).where(counters.c.name.in_(names)).order_by(counters.c.name)
        )
        return b"".join(value.to_bytes(8, "big") for value in values)
