"""The embedded archive: posts as JSON in one SQLite file, columns to filter and count by, FTS5 for the words."""

import queue
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from huiying import embedded
from huiying.archive import batch, day_counts, words
from huiying.archive.archive import CountedBy, DirectoryHit, Facets, PostHit, PostPage, PostQuery, Span
from huiying.archive.directory import store_directory, who_answers
from huiying.bureau import Bureau
from huiying.duty import Duty
from huiying.failures import Misconfigured, Rejected
from huiying.post import ArchivedPost, Tone

SCHEMA_VERSION = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS post (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    tone TEXT NOT NULL,
    bureau TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS post_source ON post (source);
CREATE INDEX IF NOT EXISTS post_bureau ON post (bureau);
CREATE INDEX IF NOT EXISTS post_at ON post (at);
CREATE TABLE IF NOT EXISTS post_duty (
    duty INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (duty, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS post_duty_number ON post_duty (number);
CREATE VIRTUAL TABLE IF NOT EXISTS post_words USING fts5 (words, content='', prefix='1', tokenize='ascii');
CREATE VIRTUAL TABLE IF NOT EXISTS directory USING fts5 (
    bureau UNINDEXED, duty UNINDEXED, shown UNINDEXED, words, tokenize='ascii'
);
"""

_ADD = """
INSERT INTO post (number, id, revision, source, source_kind, tone, bureau, kind, at, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE = """
UPDATE post SET revision = ?, source = ?, source_kind = ?, tone = ?, bureau = ?, kind = ?, at = ?, body = ?
WHERE number = ?
"""
_AMONG = "SELECT number, id, revision, body FROM post WHERE id IN (SELECT value FROM json_each(?))"
_ADD_WORDS = "INSERT INTO post_words (rowid, words) VALUES (?, ?)"
_REMOVE_WORDS = "INSERT INTO post_words (post_words, rowid, words) VALUES ('delete', ?, ?)"
_ADD_DUTY = "INSERT OR IGNORE INTO post_duty (duty, number) VALUES (?, ?)"
_REMOVE_DUTY = "DELETE FROM post_duty WHERE duty = ? AND number = ?"

# All that is excluded is looked up once: asking the index post by post takes a millisecond for each.
_WITHOUT = "post.number NOT IN (SELECT rowid FROM post_words WHERE post_words MATCH ?)"
# The plus keeps SQLite from asking the index of words anew for each of the posts.
_AMONG_IDS = "+{number} IN (SELECT number FROM post WHERE id IN (SELECT value FROM json_each(?)))"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SPANS = {Span.HOUR: (3_600_000_000, 0), Span.DAY: (86_400_000_000, 28_800_000_000)}
_DELETED_AT_ONCE = 2_000

_decoder = msgspec.json.Decoder(ArchivedPost)


class SqliteArchive:
    """Adapter of `huiying.archive.archive.Archive` on one file. Readers wait for nobody, writers for each other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        with embedded.answering("the archive"):
            self._writer = embedded.open_database(path)
            version = self._writer.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise Misconfigured(f"{path} was written by a newer version of the program; update this one")
            schema = f"{_SCHEMA}{day_counts.SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};"
            self._writer.executescript(f"BEGIN IMMEDIATE;{schema}COMMIT;")

    def store(self, posts: Sequence[ArchivedPost]) -> None:
        """Keep all of them in one transaction, or none."""
        newest = batch.newest(posts)
        bodies = {id: batch.encoded(each) for id, each in newest.items()}
        with self._changing() as cursor:
            there = {row[1]: row for row in cursor.execute(_AMONG, (_json(list(newest)),)).fetchall()}
            changed = [(there[id], each) for id, each in newest.items() if id in there]
            for (number, id, revision, body), each in changed:
                if each.post.revision > revision:
                    _remove_words(cursor, number, _decoder.decode(body))
                    cursor.execute(_CHANGE, (*_columns(each), bodies[id], number))
                    _add_words(cursor, [(number, each)])
            _add(cursor, [(each, bodies[id]) for id, each in newest.items() if id not in there])

    def get(self, ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        """The posts with these ids, those that are here."""
        with self._asking() as connection:
            return {row[1]: _decoder.decode(row[3]) for row in connection.execute(_AMONG, (_json(ids),))}

    def search(self, query: PostQuery, *, limit: int = 50, cursor: str | None = None) -> PostPage:
        """A page of posts by first arrival, newest first; the cursor is the running number of the last one."""
        condition = _condition(query)
        if condition is None:
            return PostPage(hits=(), cursor=None)
        tables, where, values = condition
        number = _number(tables)
        if cursor is not None:
            if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
                raise Rejected(f"{cursor!r} is not a cursor of this archive")
            where, values = f"{where} AND {number} < ?", [*values, int(cursor)]
        statement = f"SELECT {number}, post.body FROM {tables} WHERE {where} ORDER BY {number} DESC LIMIT ?"  # noqa: S608 (own names)
        with self._asking() as connection:
            rows = connection.execute(statement, (*values, limit + 1)).fetchall()
        parts = words.asked_for(query)
        found = [_decoder.decode(body) for _, body in rows[:limit]]
        hits = tuple(PostHit(archived=each, snippet=words.snippet(each.post.whole_text, parts)) for each in found)
        return PostPage(hits=hits, cursor=str(rows[limit - 1][0]) if len(rows) > limit else None)

    def count_by(self, query: PostQuery, field: CountedBy) -> Mapping[str, int]:
        """How many posts per source, tone and so on."""
        condition = _condition(query)
        if condition is None:
            return {}
        tables, where, values = condition
        column = f"post.{field.value}"
        if field is CountedBy.DUTY:
            column, tables = "counted.duty", f"{tables} JOIN post_duty AS counted ON counted.number = post.number"
        statement = f"SELECT {column}, count(*) FROM {tables} WHERE {where} GROUP BY 1 ORDER BY 2 DESC"  # noqa: S608 (own names)
        with self._asking() as connection:
            return {str(value): count for value, count in connection.execute(statement, values)}

    def facets(self, query: PostQuery, fields: Sequence[CountedBy], *, newest: int) -> Facets:
        """The newest ones are taken as the list takes them, and counted here; no more are looked at."""
        condition = _condition(query)
        if condition is None:
            return Facets(by={field: {} for field in fields}, days={}, counted=0, whole=True)
        tables, where, values = condition
        columns = [field for field in fields if field is not CountedBy.DUTY]
        named = ", ".join(["post.number", "post.at", *(f"post.{field.value}" for field in columns)])
        statement = f"SELECT {named} FROM {tables} WHERE {where} ORDER BY {_number(tables)} DESC LIMIT ?"  # noqa: S608 (own names)
        with self._asking() as connection:
            rows = connection.execute(statement, (*values, newest + 1)).fetchall()
            whole, rows = len(rows) <= newest, rows[:newest]
            counts: dict[CountedBy, Counter[str]] = {
                field: Counter(row[place] for row in rows) for place, field in enumerate(columns, 2)
            }
            duties = _duties(connection, [row[0] for row in rows]) if CountedBy.DUTY in fields else Counter()
        by = {field: _counted(counts.get(field, duties)) for field in fields}
        days = Counter(_began(row[1], Span.DAY) for row in rows)
        return Facets(by=by, days=dict(sorted(days.items())), counted=len(rows), whole=whole)

    def histogram(self, query: PostQuery, span: Span) -> Mapping[datetime, int]:
        """How many posts per hour or day of `Post.at`, by the beginning of the span."""
        condition = _condition(query)
        if condition is None:
            return {}
        tables, where, values = condition
        width, east = _SPANS[span]
        begin = f"post.at - (((post.at + {east}) % {width}) + {width}) % {width}"
        statement = f"SELECT {begin}, count(*) FROM {tables} WHERE {where} GROUP BY 1 ORDER BY 1"  # noqa: S608 (own names)
        with self._asking() as connection:
            return {_EPOCH + at * _MICROSECOND: count for at, count in connection.execute(statement, values)}

    def tones(self, field: CountedBy, since: date, until: date) -> Mapping[str, Mapping[Tone, int]]:
        """How many posts of each tone per duty or per bureau, said in these days."""
        with self._asking() as connection:
            return day_counts.tones(connection, field, since, until)

    def delete(self, ids: Sequence[str]) -> int:
        """Remove posts for good, some thousand per transaction."""
        gone = 0
        for first in range(0, len(ids), _DELETED_AT_ONCE):
            with self._changing() as cursor:
                rows = cursor.execute(_AMONG, (_json(ids[first : first + _DELETED_AT_ONCE]),)).fetchall()
                for number, _, _, body in rows:
                    _remove_words(cursor, number, _decoder.decode(body))
                    cursor.execute("DELETE FROM post WHERE number = ?", (number,))
                gone += len(rows)
        return gone

    def store_directory(self, bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> None:
        """Replace the directory of who answers for what."""
        with self._changing() as cursor:
            store_directory(cursor, bureaus, duties)

    def who_answers(self, words: str, limit: int = 10) -> Sequence[DirectoryHit]:
        """Bureaus and duties that share words with it, the best first."""
        with self._asking() as connection:
            return who_answers(connection, words, limit)

    def close(self) -> None:
        """Close the file; nobody may be asking any more."""
        with self._writing:
            self._writer.close()
        while not self._idle.empty():
            self._idle.get().close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Cursor]:
        with self._writing, embedded.answering("the archive"), embedded.writing(self._writer) as cursor:
            yield cursor

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        with embedded.answering("the archive"):
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                connection = embedded.open_database(self._path)
                connection.execute("PRAGMA query_only=ON")
            try:
                yield connection
            finally:
                self._idle.put(connection)


def _number(tables: str) -> str:
    """The running number as the statement's first table has it, so that the newest are found without sorting."""
    return "post_words.rowid" if tables.startswith("post_words") else "post.number"


def _began(at: int, span: Span) -> datetime:
    width, east = _SPANS[span]
    return _EPOCH + (at - (at + east) % width) * _MICROSECOND


def _duties(connection: sqlite3.Connection, numbers: Sequence[int]) -> Counter[str]:
    among = "SELECT duty, count(*) FROM post_duty WHERE number IN (SELECT value FROM json_each(?)) GROUP BY 1"
    return Counter({str(duty): count for duty, count in connection.execute(among, (_plain_json(numbers),))})


def _counted(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())


def _condition(query: PostQuery) -> tuple[str, str, list[object]] | None:
    """Tables, condition and values of a query; None where its words hold nothing that can be searched for."""
    tables, where, values = "post", ["1"], list[object]()
    wanted = words.phrases(query.words)
    rows, without = [words.in_a_row(each) for each in query.phrases], _rows(query.without)
    if (query.words.strip() and not wanted) or not all(rows):
        return None
    if wanted or rows:
        tables = "post_words JOIN post ON post.number = post_words.rowid"
        asked = " AND ".join(filter(None, [words.all_of(wanted), *map(words.row_query, rows)]))
        where, values = ["post_words MATCH ?"], [f"({asked}) NOT ({without})" if without else asked]
    elif without:
        where.append(_WITHOUT)
        values.append(without)
    if query.ids is not None:
        named = "post.id IN (SELECT value FROM json_each(?))"
        where.append(_AMONG_IDS.format(number=_number(tables)) if tables != "post" else named)
        values.append(_json(query.ids))
    if query.duty is not None:
        where.append("EXISTS (SELECT 1 FROM post_duty WHERE post_duty.duty = ? AND post_duty.number = post.number)")
        values.append(query.duty)
    for column, value in (
        ("source = ?", query.source),
        ("source_kind = ?", query.source_kind),
        ("tone = ?", query.tone),
        ("bureau = ?", query.bureau),
        ("at >= ?", query.since and _microseconds(query.since)),
        ("at < ?", query.until and _microseconds(query.until)),
    ):
        if value is not None:
            where.append(f"post.{column}")
            values.append(value)
    return tables, " AND ".join(where), values


def _rows(phrases: Sequence[str]) -> str:
    """A query for texts with any of these phrases; empty where they hold nothing that can be searched for."""
    return " OR ".join(words.row_query(row) for phrase in phrases if (row := words.in_a_row(phrase)))


def _add(cursor: sqlite3.Cursor, posts: Sequence[tuple[ArchivedPost, bytes]]) -> None:
    if not posts:
        return
    last = cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'post'").fetchone()
    first = last[0] + 1 if last else 1
    numbered = list(enumerate(posts, first))
    cursor.executemany(
        _ADD,
        [(number, each.post.id, *_columns(each), body) for number, (each, body) in numbered],
    )
    _add_words(cursor, [(number, each) for number, (each, _) in numbered])


def _columns(archived: ArchivedPost) -> tuple[object, ...]:
    post, judged = archived.post, archived.assessment
    return (
        post.revision,
        post.source,
        post.source_kind.value,
        judged.tone.value,
        judged.lead or "",
        judged.kind.value,
        _microseconds(post.at),
    )


def _add_words(cursor: sqlite3.Cursor, posts: Sequence[tuple[int, ArchivedPost]]) -> None:
    cursor.executemany(_ADD_WORDS, [(number, words.indexed(each.post.whole_text)) for number, each in posts])
    cursor.executemany(
        _ADD_DUTY, [(duty.number, number) for number, each in posts for duty in each.assessment.duties]
    )
    day_counts.count_in(cursor, (each for _, each in posts))


def _remove_words(cursor: sqlite3.Cursor, number: int, archived: ArchivedPost) -> None:
    """The index keeps no text, so it must be told what to take out."""
    cursor.execute(_REMOVE_WORDS, (number, words.indexed(archived.post.whole_text)))
    cursor.executemany(_REMOVE_DUTY, [(duty.number, number) for duty in archived.assessment.duties])
    day_counts.count_out(cursor, [archived])


def _json(ids: Sequence[str]) -> str:
    """Ids as a JSON list; one that is no Unicode can be nobody's."""
    return _plain_json([id.encode("utf-8", "replace").decode() for id in ids])


def _plain_json(values: Sequence[str] | Sequence[int]) -> str:
    return msgspec.json.encode(values).decode()


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
