"""Corrections: what people of the office said in place of judgements, inside one register transaction."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from huiying.correction import Correction, Judgement
from huiying.register.rows import among
from huiying.register.schema.chain import corrections
from huiying.register.schema.columns import Body

_AT_ONCE = 500


class Corrections:
    """Rows are only ever added; of several about the same judgement the newest stands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: Correction) -> None:
        """Write down what a person said."""
        self._connection.execute(
            insert(corrections).values(
                judgement=correction.judgement.value,
                post=correction.post,
                concern=correction.concern,
                judged=correction.judged,
                said=correction.said,
                model=correction.model,
                who=correction.who,
                at=correction.at,
                note=correction.note,
            )
        )

    def of_posts(self, posts: Iterable[str]) -> dict[str, Mapping[Judgement, Correction]]:
        """The corrections that stand for each of these posts that has any."""
        wanted = select(corrections).where(among(self._connection, corrections.c.post, set(posts)))
        standing: dict[str, dict[Judgement, Correction]] = {}
        for row in self._connection.execute(wanted.order_by(corrections.c.id)):
            standing.setdefault(row.post, {})[Judgement(row.judgement)] = _read(row)
        return dict(standing)

    def said_of_post(self, post: str) -> list[Correction]:
        """Every correction of one post, those that were superseded too, the newest first."""
        return self._newest_first(corrections.c.post == post)

    def said_of_concern(self, concern: str) -> list[Correction]:
        """Every correction of one concern as a whole, the newest first."""
        return self._newest_first(corrections.c.concern == concern)

    def said_of_concerns(self, concerns: Iterable[str], judgement: Judgement) -> dict[str, list[Correction]]:
        """What was said of one judgement of each of these concerns that has any, the newest first."""
        those = among(self._connection, corrections.c.concern, set(concerns))
        said: dict[str, list[Correction]] = {}
        for one in self._newest_first(those & (corrections.c.judgement == judgement.value)):
            said.setdefault(one.concern or "", []).append(one)
        return said

    def standing(self) -> Iterator[Correction]:
        """Every correction that stands today, the oldest first: what the next training learns from.

        Answers to suggestions teach nothing; of several categories only the one answered last comes.
        """
        newest = select(func.max(corrections.c.id)).group_by(
            corrections.c.post, corrections.c.concern, corrections.c.judgement
        )
        last = 0
        while True:
            wanted = select(corrections).where(corrections.c.id.in_(newest), corrections.c.id > last)
            rows = self._connection.execute(wanted.order_by(corrections.c.id).limit(_AT_ONCE)).all()
            yield from (_read(row) for row in rows)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].id

    def posts_since(self, moment: datetime, judgements: Iterable[Judgement]) -> set[str]:
        """Posts of which a person said one of these judgements since a moment."""
        wanted = select(corrections.c.post).where(
            corrections.c.at >= moment,
            corrections.c.judgement.in_([judgement.value for judgement in judgements]),
            corrections.c.post.is_not(None),
        )
        return set(self._connection.scalars(wanted))

    def posts_said(self, judgement: Judgement, said: tuple[str, ...], limit: int = 200) -> list[str]:
        """Posts of which a person once said just this, the newest first; whether it still stands `of_posts` tells."""
        wanted = select(corrections.c.post).where(
            corrections.c.judgement == judgement.value,
            corrections.c.said == bindparam(None, said, type_=Body),
            corrections.c.post.is_not(None),
        )
        newest = wanted.order_by(corrections.c.id.desc()).limit(limit)
        return list(dict.fromkeys(self._connection.scalars(newest)))

    def count(self) -> dict[Judgement, int]:
        """How many corrections were said of each judgement so far."""
        rows = self._connection.execute(
            select(corrections.c.judgement, func.count()).group_by(corrections.c.judgement)
        )
        counted = {Judgement(judgement): number for judgement, number in rows}
        return {judgement: counted.get(judgement, 0) for judgement in Judgement}

    def _newest_first(self, which: Any) -> list[Correction]:
        rows = self._connection.execute(select(corrections).where(which).order_by(corrections.c.id.desc()))
        return [_read(row) for row in rows]


def _read(row: Row[Any]) -> Correction:
    return Correction(
        judgement=Judgement(row.judgement),
        post=row.post,
        concern=row.concern,
        judged=tuple(row.judged),
        said=tuple(row.said),
        model=row.model,
        who=row.who,
        at=row.at,
        note=row.note,
    )
