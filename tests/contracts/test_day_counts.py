"""Posts by day, duty, lead and tone, as every archive counts them: what a list of the same days would have."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

from huiying.archive.archive import Archive, CountedBy, PostQuery
from huiying.archive.sqlite import SqliteArchive
from huiying.post import Assessment, DutyMatch, Tone
from tests.builders import NOON, make_archived, make_assessment
from tests.contracts.conftest import eventually

DAY = date(2014, 5, 30)
NEXT = DAY + timedelta(days=1)
LATE = NOON + timedelta(hours=11, minutes=59)


def judged(duties: tuple[int, ...], tone: Tone = Tone.NEGATIVE, lead: str | None = "水务局") -> Assessment:
    return make_assessment(
        tone=tone, lead=lead, duties=tuple(DutyMatch(number=number, score=0.7) for number in duties)
    )


def test_posts_are_counted_by_day_duty_lead_and_tone_through_every_change(archive: Archive) -> None:
    archive.store(
        [
            make_archived("a", assessment=judged((8, 11))),
            make_archived("b", assessment=judged((8,), Tone.NEUTRAL, lead=None), published_at=LATE),
            make_archived("c", assessment=judged((8,)), published_at=LATE + timedelta(minutes=1)),
        ]
    )
    eventually(lambda: archive.tones(CountedBy.DUTY, DAY, NEXT) != {})
    assert archive.tones(CountedBy.DUTY, DAY, NEXT) == {
        "8": {Tone.NEGATIVE: 1, Tone.NEUTRAL: 1},
        "11": {Tone.NEGATIVE: 1},
    }
    assert archive.tones(CountedBy.BUREAU, DAY, NEXT) == {"水务局": {Tone.NEGATIVE: 1}, "": {Tone.NEUTRAL: 1}}
    assert archive.tones(CountedBy.DUTY, NEXT, NEXT + timedelta(days=1)) == {"8": {Tone.NEGATIVE: 1}}

    archive.store([make_archived("a", revision=2, assessment=judged((8,), Tone.POSITIVE, lead="城管局"))])
    archive.delete(["c"])
    changed = {"8": {Tone.NEUTRAL: 1, Tone.POSITIVE: 1}}
    eventually(lambda: archive.tones(CountedBy.DUTY, DAY, NEXT + timedelta(days=1)) == changed)
    assert archive.tones(CountedBy.BUREAU, DAY, NEXT) == {"": {Tone.NEUTRAL: 1}, "城管局": {Tone.POSITIVE: 1}}
    assert len(archive.search(PostQuery(duty=8)).hits) == 2


def test_an_embedded_archive_from_before_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    old = SqliteArchive(tmp_path / "archive.db")
    old.store([make_archived("a", assessment=judged((8,))), make_archived("b", assessment=judged((8, 2)))])
    old.close()
    with sqlite3.connect(tmp_path / "archive.db") as file:
        file.execute("DROP TABLE post_day")
    for _ in range(2):
        archive = SqliteArchive(tmp_path / "archive.db")
        assert archive.tones(CountedBy.DUTY, DAY, NEXT) == {"8": {Tone.NEGATIVE: 2}, "2": {Tone.NEGATIVE: 1}}
        archive.close()
