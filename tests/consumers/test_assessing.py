"""The assessing stage on a real archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.assessing import Assessing
from consumers.judging.judge import Judge
from huiying.archive.archive import Archive
from huiying.archive.sqlite import SqliteArchive
from huiying.messages import ConcernChanged, PostAssessed, PostCollected
from huiying.policy.city import read_city
from huiying.policy.directory import read_bureaus, read_duties
from huiying.policy.lexicon import read_lexicon
from huiying.stage import Done, Refused
from tests.builders import make_post

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive in a file."""
    archive = SqliteArchive(tmp_path / "archive.db")
    yield archive
    archive.close()


@pytest.fixture
def stage(archive: Archive) -> Assessing:
    """The stage with the shipped judge."""
    bureaus = read_bureaus(CONFIG)
    judge = Judge.load(
        bureaus=bureaus,
        duties=read_duties(CONFIG, bureaus),
        lexicon=read_lexicon(CONFIG),
        city=read_city(CONFIG),
    )
    return Assessing(judge, archive)


def test_a_collected_post_is_judged_kept_and_announced(stage: Assessing, archive: Archive) -> None:
    post = make_post(id="p-1", text="西岗区水管爆裂停水两天没人修")
    [outcome] = stage([PostCollected(post=post)])
    kept = archive.get(["p-1"])["p-1"]
    assert outcome == Done(publish=(PostAssessed(post=post, assessment=kept.assessment),))
    assert kept.assessment.bureaus[0].bureau == "水务局"


def test_handling_a_post_twice_changes_nothing(stage: Assessing, archive: Archive) -> None:
    message = PostCollected(post=make_post(id="p-1", text="西岗区停水"))
    assert stage([message]) == stage([message])
    assert list(archive.get(["p-1"])) == ["p-1"]


def test_a_quarantined_post_travels_without_its_words_and_is_not_kept(stage: Assessing, archive: Archive) -> None:
    post = make_post(id="p-2", text="机密★十年 某会议纪要", secrecy_marks=("机密",))
    [outcome] = stage([PostCollected(post=post)])
    assert isinstance(outcome, Done)
    [message] = outcome.publish
    assert isinstance(message, PostAssessed)
    assert message.post.text == ""
    assert not archive.get(["p-2"])


def test_a_message_of_another_kind_is_refused_and_the_rest_is_handled(stage: Assessing) -> None:
    stray = ConcernChanged(concern="c-1", concern_version=1)
    outcomes = stage([stray, PostCollected(post=make_post(id="p-3", text="停电了"))])
    assert isinstance(outcomes[0], Refused)
    assert isinstance(outcomes[1], Done)
