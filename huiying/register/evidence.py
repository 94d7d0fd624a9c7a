"""Posts kept as evidence, and the papers of an alert, inside one register transaction; both are only added."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, func, select

from huiying.evidence import KeptPost
from huiying.paper import Paper, PaperKind
from huiying.register.rows import among, insert_new, insert_rows
from huiying.register.schema.chain import concerns
from huiying.register.schema.evidence import evidence, papers


class EvidenceKept:
    """Evidence of concerns; that of a concern that was merged is also the other's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: Iterable[KeptPost]) -> None:
        """Keep these; what is kept already stays as it was kept."""
        rows = [
            {
                "concern": each.concern,
                "post": each.post,
                "revision": each.revision,
                "kept_at": each.kept_at,
                "body": each,
            }
            for each in kept
        ]
        if rows:
            insert_rows(self._connection, evidence, rows, lambda insert: insert.on_conflict_do_nothing())

    def of_concern(self, concern: str) -> list[KeptPost]:
        """All that was kept of a concern and of those merged into it, in the order in which it was said."""
        ids = with_merged(self._connection, concern)
        rows = self._connection.scalars(
            select(evidence.c.body).where(among(self._connection, evidence.c.concern, ids))
        )
        return sorted((_kept(body) for body in rows), key=lambda each: (each.said_at, each.post, each.revision))

    def posts_of(self, concern: str) -> set[str]:
        """The posts of which a revision is kept in this concern."""
        return set(self._connection.scalars(select(evidence.c.post).where(evidence.c.concern == concern)))

    def concerns_with(self, posts: Iterable[str]) -> set[str]:
        """The concerns in whose files a revision of one of these posts is kept."""
        kept = select(evidence.c.concern).where(among(self._connection, evidence.c.post, set(posts)))
        return set(self._connection.scalars(kept.distinct()))

    def counts(self, ids: Iterable[str]) -> Mapping[str, int]:
        """How many posts are kept in each of these concerns; one without any is left out."""
        counted = func.count(evidence.c.post.distinct())
        query = select(evidence.c.concern, counted).where(among(self._connection, evidence.c.concern, set(ids)))
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(evidence.c.concern))}

    def altered(self) -> Iterator[KeptPost]:
        """Every piece of evidence that is no longer what was kept."""
        order = (evidence.c.kept_at, evidence.c.concern, evidence.c.post, evidence.c.revision)
        for body in self._connection.scalars(select(evidence.c.body).order_by(*order)):
            if not (kept := _kept(body)).is_unaltered:
                yield kept


def with_merged(connection: Connection, concern: str) -> set[str]:
    """A concern and all that were merged into it, near and far."""
    found, new = {concern}, {concern}
    while new:
        merged = select(concerns.c.id).where(among(connection, concerns.c.merged_into, new))
        new = set(connection.scalars(merged)) - found
        found |= new
    return found


class Papers:
    """The versions of each paper of each episode."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, paper: Paper) -> bool:
        """Keep one more version; False, and nothing changed, where one of this number exists."""
        row = {
            "episode": paper.episode,
            "kind": paper.kind.value,
            "number": paper.number,
            "concern": paper.concern,
            "made_at": paper.made_at,
            "body": paper,
        }
        return insert_new(self._connection, papers, row)

    def versions(self, episode: str, kind: PaperKind) -> list[Paper]:
        """Every version of one paper, the first first."""
        wanted = select(papers.c.body).where(papers.c.episode == episode, papers.c.kind == kind.value)
        return self._all(wanted.order_by(papers.c.number))

    def newest(self, episode: str) -> dict[PaperKind, Paper]:
        """The newest version of each paper of an episode."""
        wanted = select(papers.c.body).where(papers.c.episode == episode).order_by(papers.c.number)
        return {paper.kind: paper for paper in self._all(wanted)}

    def made_since(self, kind: PaperKind, moment: datetime) -> list[Paper]:
        """The newest version of this paper of each episode, as far as it was made since; the newest first."""
        wanted = select(papers.c.body).where(papers.c.kind == kind.value, papers.c.made_at >= moment)
        found = self._all(wanted.order_by(papers.c.made_at.desc(), papers.c.number.desc()))
        newest: dict[str, Paper] = {}
        for paper in found:
            newest.setdefault(paper.episode, paper)
        return list(newest.values())

    def _all(self, wanted: Select[tuple[object]]) -> list[Paper]:
        return [msgspec.convert(body, Paper) for body in self._connection.scalars(wanted)]


def _kept(body: object) -> KeptPost:
    return msgspec.convert(body, KeptPost)
