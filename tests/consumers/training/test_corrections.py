"""Corrections become rows to learn from: with their weights, the same fifth held back, the texts from the archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.training.corrections import (
    CONFIRMED,
    CORRECTED,
    OF_CONCERN,
    count_lessons,
    gather_taught,
    held_back,
    lessons,
    read_taught,
    write_taught,
)
from huiying.archive.sqlite import SqliteArchive
from huiying.correction import Correction, Judgement
from huiying.register.register import Register
from tests.builders import make_archived, make_concern, make_correction
from tests.registers import empty_register


class Office:
    """Stores in which corrections and posts are put."""

    def __init__(self, folder: Path) -> None:
        self.register = Register(empty_register(folder))
        self.archive = SqliteArchive(folder / "archive.db")

    def say(self, *corrections: Correction) -> None:
        with self.register.transaction() as tx:
            for correction in corrections:
                tx.corrections.add(correction)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.register.close()
    office.archive.close()


def test_a_post_is_taught_with_all_that_stands_of_it(office: Office) -> None:
    office.archive.store([make_archived("post-1", title="路灯", text="半个月不亮")])
    office.say(
        make_correction(said=("建委",)),
        make_correction(said=("城管局",)),
        make_correction(judgement=Judgement.TONE, judged=("negative",), said=("negative",)),
        make_correction(judgement=Judgement.DUTIES, judged=("8",), said=()),
    )
    [post] = gather_taught(office.register, office.archive)
    assert post.text == "路灯\n半个月不亮"
    assert post.said == {Judgement.LEAD: ("城管局",), Judgement.TONE: ("negative",), Judgement.DUTIES: ()}
    assert post.weights == {Judgement.LEAD: CORRECTED, Judgement.TONE: CONFIRMED, Judgement.DUTIES: CORRECTED}


def test_a_post_whose_text_is_no_longer_kept_is_not_taught(office: Office) -> None:
    office.say(make_correction())
    assert gather_taught(office.register, office.archive) == []


def test_the_lead_of_a_concern_teaches_the_post_that_names_it_unless_it_has_its_own(office: Office) -> None:
    office.archive.store([make_archived("post-1"), make_archived("post-2")])
    with office.register.transaction() as tx:
        tx.concerns.insert(make_concern("c-1", title_post="post-1"))
        tx.concerns.insert(make_concern("c-2", title_post="post-2"))
    office.say(
        make_correction(post="post-2", said=("建委",)),
        make_correction(concern="c-1", said=("城管局",)),
        make_correction(concern="c-2", said=("城管局",)),
        make_correction(judgement=Judgement.ALERT, concern="c-1", judged=("c-1:1", "red"), said=("误报",)),
    )
    taught = gather_taught(office.register, office.archive)
    assert [(post.said, post.weights) for post in taught] == [
        ({Judgement.LEAD: ("城管局",)}, {Judgement.LEAD: OF_CONCERN}),
        ({Judgement.LEAD: ("建委",)}, {Judgement.LEAD: CORRECTED}),
    ]


def test_rows_come_out_of_the_folder_as_they_went_in(office: Office, tmp_path: Path) -> None:
    office.archive.store([make_archived("post-1", text="“路灯”\n不亮")])
    office.say(make_correction(), make_correction(judgement=Judgement.DUTIES, judged=(), said=("8", "11")))
    taught = gather_taught(office.register, office.archive)
    write_taught(taught, tmp_path)
    assert read_taught(tmp_path) == tuple(taught)
    assert read_taught(tmp_path / "elsewhere") == ()
    assert lessons(taught, Judgement.DUTIES) == [(0, ("8", "11"), CORRECTED)]
    assert count_lessons(taught) == {"tone": 0, "lead": 1, "duties": 1, "kind": 0}


def test_about_a_fifth_is_held_back_and_always_the_same() -> None:
    chosen = [held_back(f"post-{number}") for number in range(2000)]
    assert 340 < sum(chosen) < 460
    assert chosen == [held_back(f"post-{number}") for number in range(2000)]
