"""The office's own posts of a past period, out of the archive, in the order in which they were collected.

The archive bounds its searches by when a post was said, and a replay goes by when it was collected. What was said
long before it was collected is history, which moves no concern (`trust_hours` of `config/intake.yaml`), so a search
that begins so much earlier finds every post that could. Only moments and ids are kept meanwhile, in a file of
SQLite's own that goes with it; the posts themselves are read page by page.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Self

from huiying.archive.archive import Archive, PostQuery
from huiying.messages import PostCollected
from huiying.policy.intake import IntakeRules

_PAGE = 500
_SLICE = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PastPosts:
    """The posts that were collected from `since` on and before `until`, and that were no history then."""

    def __init__(self, archive: Archive, rules: IntakeRules, since: datetime, until: datetime) -> None:
        self._archive = archive
        self._rules = rules
        self._since, self._until = since, until
        self._keys = sqlite3.connect("", isolation_level=None)

    def __enter__(self) -> Self:
        self._keys.execute("CREATE TABLE key (at INTEGER, id TEXT, PRIMARY KEY (at, id)) WITHOUT ROWID")
        with closing(self._keys.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.executemany("INSERT OR REPLACE INTO key VALUES (?, ?)", self._found())
            cursor.execute("COMMIT")
        return self

    def __exit__(self, *_: object) -> None:
        self._keys.close()

    def __len__(self) -> int:
        return int(self._keys.execute("SELECT count(*) FROM key").fetchone()[0])

    def __iter__(self) -> Iterator[PostCollected]:
        """By (collected_at, id). A post that is deleted or changed meanwhile is left out."""
        last = (-1, "")
        while keys := self._after(last):
            posts = self._archive.get([id for _, id in keys])
            for at, id in keys:
                found = posts.get(id)
                if found is not None and _number(found.post.collected_at) == at:
                    yield PostCollected(post=found.post)
            last = keys[-1]

    def _after(self, last: tuple[int, str]) -> list[tuple[int, str]]:
        query = "SELECT at, id FROM key WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?"
        return self._keys.execute(query, (*last, _PAGE)).fetchall()

    def _found(self) -> Iterator[tuple[int, str]]:
        for query in self._slices():
            cursor = None
            while True:
                page = self._archive.search(query, limit=_PAGE, cursor=cursor)
                for hit in page.hits:
                    post = hit.archived.post
                    if self._since <= post.collected_at < self._until and not post.history:
                        yield _number(post.collected_at), post.id
                if (cursor := page.cursor) is None:
                    break

    def _slices(self) -> Iterator[PostQuery]:
        """Hour by hour, so that no page is looked for among the posts of many days."""
        begin = self._since - timedelta(hours=self._rules.trust_hours)
        end = self._until + timedelta(hours=self._rules.future_hours)
        while begin < end:
            yield PostQuery(since=begin, until=min(begin + _SLICE, end))
            begin += _SLICE


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
