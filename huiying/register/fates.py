"""Fates: what became of each post, one row per post, inside one register transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from huiying.post import Fate, SourceKind, Tone
from huiying.register.rows import among, insert_rows, update_rows
from huiying.register.schema.chain import fates


@dataclass(frozen=True, kw_only=True, slots=True)
class PostFate:
    """What became of one post: its one fate, the concern that counts it, and what counting needs."""

    id: str
    revision: int
    fate: Fate
    concern: str | None
    source: str
    source_kind: SourceKind
    tone: Tone
    at: datetime
    collected_at: datetime


class Fates:
    """Questions and moves about the fates of posts; the part of `Posts` that the gatherer writes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_fates(self, rows: Sequence[PostFate]) -> set[str]:
        """Write the fates of posts; the ids that had none before and were really written."""
        if not rows:
            return set()
        written = insert_rows(
            self._connection,
            fates,
            [_row(row) for row in rows],
            lambda insert: insert.on_conflict_do_nothing(index_elements=[fates.c.id]).returning(fates.c.id),
        )
        return set(written.scalars())

    def revise_fates(self, revisions: Iterable[tuple[str, int]]) -> None:
        """Note newer revisions of posts that have their fate; an older one than is known changes nothing."""
        newest: dict[str, int] = {}
        for post, revision in revisions:
            newest[post] = max(revision, newest.get(post, revision))
        update_rows(
            self._connection,
            fates,
            [{"id": post, "revision": revision} for post, revision in newest.items()],
            ["revision"],
            lambda new: and_(fates.c.id == new["id"], fates.c.revision < new["revision"]),
        )

    def fates(self, posts: Iterable[str]) -> dict[str, PostFate]:
        """The fates of these posts; those that have none yet are left out."""
        rows = self._connection.execute(select(fates).where(among(self._connection, fates.c.id, set(posts))))
        return {row.id: _read(row) for row in rows}

    def of_concern(self, concern: str, limit: int = 50, before: tuple[datetime, str] | None = None) -> list[PostFate]:
        """The posts of a concern, newest first; `before` is (at, id) of the last one shown."""
        query = select(fates).where(fates.c.concern == concern)
        if before is not None:
            at, post = before
            query = query.where(fates.c.at <= at, or_(fates.c.at < at, and_(fates.c.at == at, fates.c.id < post)))
        query = query.order_by(fates.c.at.desc(), fates.c.id.desc()).limit(limit)
        return [_read(row) for row in self._connection.execute(query)]

    def newest(
        self, *, fate: Fate | None = None, concerns: Iterable[str] | None = None, limit: int = 50
    ) -> list[str]:
        """The posts of a fate, of some concerns, or of both; those collected last come first."""
        query = select(fates.c.id)
        if fate is not None:
            query = query.where(fates.c.fate == fate.value)
        if concerns is not None:
            query = query.where(among(self._connection, fates.c.concern, set(concerns)))
        return list(self._connection.scalars(query.order_by(fates.c.collected_at.desc(), fates.c.id).limit(limit)))

    def counted_until(self, concern: str, moment: datetime) -> tuple[int, int]:
        """How many posts of a concern were collected until then, and of how many kinds their sources are."""
        query = select(func.count(), func.count(func.distinct(fates.c.source_kind)))
        posts, kinds = self._connection.execute(
            query.where(fates.c.concern == concern, fates.c.collected_at <= moment)
        ).one()
        return posts, kinds

    def count_by_fate(self) -> dict[Fate, int]:
        """How many posts have each fate; every fate is named, also one that none has."""
        query = select(fates.c.fate, func.count()).group_by(fates.c.fate)
        counted = {Fate(fate): number for fate, number in self._connection.execute(query)}
        return {fate: counted.get(fate, 0) for fate in Fate}

    def count_collected(self, since: datetime, until: datetime) -> int:
        """How many posts were collected in a period that were neither history then nor kept from being read."""
        query = select(func.count()).where(fates.c.collected_at >= since, fates.c.collected_at < until)
        return int(self._connection.scalar(query.where(fates.c.fate.notin_([Fate.HISTORY, Fate.QUARANTINED]))) or 0)

    def set_tone(self, post: str, tone: Tone) -> None:
        """Let a post count with the tone that a person gave it."""
        self._connection.execute(update(fates).where(fates.c.id == post).values(tone=tone.value))

    def move_fates(self, loser: str, winner: str) -> None:
        """Let every post of one concern belong to another."""
        self._connection.execute(update(fates).where(fates.c.concern == loser).values(concern=winner))

    def move_posts(self, rows: Sequence[PostFate]) -> None:
        """Let each of these posts have the fate and the concern that stand here."""
        update_rows(
            self._connection,
            fates,
            [_row(row) for row in rows],
            ["fate", "concern"],
            lambda new: fates.c.id == new["id"],
        )

    def span_of(self, concern: str) -> tuple[datetime, datetime] | None:
        """When the first and the last post of a concern were said; None where it has none."""
        query = select(func.min(fates.c.at), func.max(fates.c.at)).where(fates.c.concern == concern)
        first, last = self._connection.execute(query).one()
        return None if first is None else (first, last)


def _row(fate: PostFate) -> dict[str, object]:
    return {
        "id": fate.id,
        "revision": fate.revision,
        "fate": fate.fate.value,
        "concern": fate.concern,
        "source": fate.source,
        "source_kind": fate.source_kind.value,
        "tone": fate.tone.value,
        "at": fate.at,
        "collected_at": fate.collected_at,
    }


def _read(row: Row[Any]) -> PostFate:
    return PostFate(
        id=row.id,
        revision=row.revision,
        fate=Fate(row.fate),
        concern=row.concern,
        source=row.source,
        source_kind=SourceKind(row.source_kind),
        tone=Tone(row.tone),
        at=row.at,
        collected_at=row.collected_at,
    )
