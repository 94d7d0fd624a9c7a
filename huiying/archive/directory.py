"""The directory of who answers for what: what is found by which words, and how the embedded archive ranks it."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from huiying.archive import words as token
from huiying.archive.archive import DirectoryHit
from huiying.bureau import Bureau
from huiying.duty import Duty

_ADD = "INSERT INTO directory (bureau, duty, shown, words) VALUES (?, ?, ?, ?)"
_BEST = """
SELECT bureau, duty, shown, -bm25(directory) FROM directory WHERE directory MATCH ?
ORDER BY bm25(directory), rowid LIMIT ?
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A bureau, or one duty under one of its leads, with all words that lead there, as tokens."""

    bureau: str
    duty: int | None
    shown: str
    words: str


def entries(bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> Iterator[Entry]:
    """The whole directory."""
    yield from _of_bureaus(bureaus)
    yield from _of_duties(bureaus, duties)


def store_directory(cursor: sqlite3.Cursor, bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> None:
    """Replace the directory, inside a transaction."""
    cursor.execute("DELETE FROM directory")
    cursor.executemany(_ADD, map(astuple, entries(bureaus, duties)))


def who_answers(connection: sqlite3.Connection, words: str, limit: int) -> Sequence[DirectoryHit]:
    """Bureaus and duties that share words with these, the best first."""
    query = token.any_of(token.phrases(words))
    if not query:
        return ()
    rows = connection.execute(_BEST, (query, limit))
    return [DirectoryHit(bureau=bureau, duty=duty, text=shown, score=score) for bureau, duty, shown, score in rows]


def _of_bureaus(bureaus: Sequence[Bureau]) -> Iterator[Entry]:
    for bureau in bureaus:
        evidence = " ".join((*bureau.matters, *(word for word, _ in bureau.words)))
        yield Entry(
            bureau=bureau.id,
            duty=None,
            shown="、".join(bureau.matters) or bureau.name,
            words=token.indexed(f"{_names(bureau)} {evidence}"),
        )


def _of_duties(bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> Iterator[Entry]:
    """A duty with several leads stands once under each, so that it is found by each one's name."""
    names = {bureau.id: _names(bureau) for bureau in bureaus}
    for duty in duties:
        evidence = " ".join((duty.title, duty.clause, *(word for word, _ in duty.words)))
        for lead in duty.leads:
            words = token.indexed(f"{names.get(lead, lead)} {evidence}")
            yield Entry(bureau=lead, duty=duty.number, shown=duty.title, words=words)


def _names(bureau: Bureau) -> str:
    return " ".join(filter(None, (bureau.id, bureau.name, bureau.name_today)))
