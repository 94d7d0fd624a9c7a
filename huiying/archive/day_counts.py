"""The embedded archive's own count of posts by day, duty, lead and tone, kept in the transaction that stores them.

Counting a million posts anew for every look at an overview would take seconds. An archive from before there were
counts is counted once, when it is opened. (Triggers would do it too, at three times the price of a post.)
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from huiying.archive.archive import CountedBy
from huiying.clock import BEIJING
from huiying.post import ArchivedPost, Tone

_FIRST_DAY = date(1970, 1, 1)
_WIDTH, _EAST = 86_400_000_000, 28_800_000_000
_LOCAL = f"(post.at + {_EAST})"
# SQLite divides towards nought, days before 1970 must not.
_DAY = f"(({_LOCAL} - (({_LOCAL} % {_WIDTH}) + {_WIDTH}) % {_WIDTH}) / {_WIDTH})"

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS post_day (
    axis TEXT NOT NULL, day INTEGER NOT NULL, name TEXT NOT NULL, tone TEXT NOT NULL, posts INTEGER NOT NULL,
    PRIMARY KEY (axis, day, name, tone)
) WITHOUT ROWID;
INSERT INTO post_day SELECT 'bureau', {_DAY}, post.bureau, post.tone, count(*)
FROM post WHERE NOT EXISTS (SELECT 1 FROM post_day WHERE axis = 'bureau') GROUP BY 2, 3, 4;
INSERT INTO post_day SELECT 'duty', {_DAY}, post_duty.duty, post.tone, count(*)
FROM post_duty JOIN post ON post.number = post_duty.number
WHERE NOT EXISTS (SELECT 1 FROM post_day WHERE axis = 'duty') GROUP BY 2, 3, 4;
"""  # noqa: S608 (own names)

_CHANGE = """
INSERT INTO post_day (axis, day, name, tone, posts) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET posts = posts + excluded.posts
"""
_Key = tuple[str, int, str, str]


def count_in(cursor: sqlite3.Cursor, posts: Iterable[ArchivedPost]) -> None:
    """Add posts that come."""
    _change(cursor, Counter(key for each in posts for key in _keys(each)))


def count_out(cursor: sqlite3.Cursor, posts: Iterable[ArchivedPost]) -> None:
    """Take off posts that go, as they were counted."""
    gone = Counter(key for each in posts for key in _keys(each))
    _change(cursor, {key: -posts for key, posts in gone.items()})


def tones(
    connection: sqlite3.Connection, field: CountedBy, since: date, until: date
) -> Mapping[str, Mapping[Tone, int]]:
    """How many posts of each tone under each name, said from one day of Beijing until before another."""
    rows = connection.execute(
        "SELECT name, tone, sum(posts) FROM post_day WHERE axis = ? AND day >= ? AND day < ? GROUP BY 1, 2",
        (field.value, (since - _FIRST_DAY).days, (until - _FIRST_DAY).days),
    )
    found: dict[str, dict[Tone, int]] = {}
    for name, tone, posts in rows:
        if posts:
            found.setdefault(name, {})[Tone(tone)] = posts
    return found


def _keys(archived: ArchivedPost) -> Iterable[_Key]:
    judged = archived.assessment
    day = (archived.post.at.astimezone(BEIJING).date() - _FIRST_DAY).days
    yield CountedBy.BUREAU.value, day, judged.lead or "", judged.tone.value
    for duty in {each.number for each in judged.duties}:
        yield CountedBy.DUTY.value, day, str(duty), judged.tone.value


def _change(cursor: sqlite3.Cursor, changes: Mapping[_Key, int]) -> None:
    cursor.executemany(_CHANGE, [(*key, change) for key, change in sorted(changes.items())])
