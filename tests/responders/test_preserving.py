"""Preserving: posts of a matter with an alert are kept as they stood, once, and can be proved unaltered."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from consumers.merging import merge
from huiying.archive.sqlite import SqliteArchive
from huiying.evidence import KeptPost
from huiying.failures import Unavailable
from huiying.messages import AlertRaised, ConcernChanged
from huiying.policy.gathering import GatheringRules
from huiying.policy.retention import RetentionRules
from huiying.post import ArchivedPost, Fate
from huiying.register.fates import PostFate
from huiying.register.schema.evidence import evidence
from responders.preserving import Preserving
from responders.shift.retention import Retention
from tests.builders import NOON, make_archived, make_post, person
from tests.responders.office import SmallOffice


class Preserver:
    """An office whose posts stand in a real archive."""

    def __init__(self, office: SmallOffice, archive: SqliteArchive) -> None:
        self.office = office
        self.archive = archive

    def matter(self, posts: int, *, concern: str = "concern-1", number: str = "2014-1") -> None:
        """A concern of so many more posts, with its alert."""
        self.office.burst(concern, posts=posts, number=number)
        before = len(self.fates(concern))
        for index in range(before, before + posts):
            self.post(f"{concern}-post-{index}", concern, index)
        self.office.alert(concern)

    def post(self, id: str, concern: str, minute: int, **changes: Any) -> None:
        """A post of a concern, in the archive and with its fate."""
        archived = make_archived(id, published_at=NOON + timedelta(minutes=minute), **changes)
        self.archive.store([archived])
        with self.office.register.transaction() as tx:
            tx.posts.add_fates([fate_of(archived, concern)])

    def fates(self, concern: str) -> list[PostFate]:
        with self.office.register.reading() as tx:
            return tx.posts.of_concern(concern, limit=1000)

    def stage(self, most: int = 500) -> Preserving:
        return Preserving(self.office.register, self.archive.get, self.office.clock, most)

    def keep(self, concern: str = "concern-1", *, most: int = 500) -> None:
        """Hand the stage the changes of a concern, as after every one."""
        raised = AlertRaised(alert=f"{concern}:1", concern=concern, source=None, level="red")
        self.stage(most)([raised, ConcernChanged(concern=concern, concern_version=1)])

    def kept(self, concern: str = "concern-1") -> list[KeptPost]:
        with self.office.register.reading() as tx:
            return tx.evidence.of_concern(concern)


def fate_of(archived: ArchivedPost, concern: str) -> PostFate:
    post = archived.post
    return PostFate(
        id=post.id,
        revision=post.revision,
        fate=Fate.GATHERED,
        concern=concern,
        source=post.source,
        source_kind=post.source_kind,
        tone=archived.assessment.tone,
        at=post.at,
        collected_at=post.collected_at,
    )


@pytest.fixture
def preserver(office: SmallOffice, tmp_path: Path) -> Iterator[Preserver]:
    archive = SqliteArchive(tmp_path / "archive.db")
    yield Preserver(office, archive)
    archive.close()


def test_posts_of_an_alert_are_kept_with_words_hash_link_and_times(preserver: Preserver) -> None:
    preserver.matter(posts=8)
    original = hashlib.sha256("原文".encode()).hexdigest()
    preserver.post("linked", "concern-1", 30, url="https://forum.example/1", original_sha256=original)
    preserver.keep()

    kept = {each.post: each for each in preserver.kept()}
    assert len(kept) == 9
    assert kept["linked"].url == "https://forum.example/1"
    assert kept["linked"].original_sha256 == original
    assert kept["linked"].text == make_post().text
    assert kept["linked"].said_at == NOON + timedelta(minutes=30)
    assert all(each.is_unaltered for each in kept.values())


def test_later_posts_are_kept_as_they_join_and_none_twice(preserver: Preserver) -> None:
    preserver.matter(posts=8)
    preserver.keep()
    first = preserver.kept()
    preserver.office.wait(hours=1)
    preserver.matter(posts=3)
    preserver.keep()
    preserver.keep()

    assert len(preserver.kept()) == 11
    assert [each for each in preserver.kept() if each in first] == first


def test_no_more_are_kept_than_the_office_set_and_the_first_before_all(preserver: Preserver) -> None:
    preserver.matter(posts=8)
    preserver.keep(most=8)
    preserver.matter(posts=4)
    preserver.keep(most=8)

    assert [each.post for each in preserver.kept()] == [f"concern-1-post-{number}" for number in range(8)]


def test_a_concern_without_an_open_alert_keeps_nothing(preserver: Preserver) -> None:
    preserver.matter(posts=1)
    preserver.keep()
    assert preserver.kept() == []

    preserver.matter(posts=8)
    preserver.office.handling.close("concern-1:1", reason="非预警", by=person())
    preserver.keep()
    assert preserver.kept() == []


def test_evidence_of_a_merged_concern_is_the_others_too(preserver: Preserver) -> None:
    preserver.matter(posts=8)
    preserver.matter(posts=8, concern="concern-2", number="2014-2")
    preserver.keep()
    preserver.keep("concern-2")
    with preserver.office.register.transaction() as tx:
        merge(tx, "concern-2", "concern-1", "李静", GatheringRules())

    assert len(preserver.kept()) == 16


def test_one_changed_character_is_found(preserver: Preserver) -> None:
    preserver.matter(posts=8)
    preserver.keep()
    with preserver.office.register.reading() as tx:
        assert list(tx.evidence.altered()) == []

    altered = replace(preserver.kept()[3], text="自来水管没有爆裂。")
    alter(preserver.office, altered)

    with preserver.office.register.reading() as tx:
        assert [each.post for each in tx.evidence.altered()] == [altered.post]


def alter(office: SmallOffice, kept: KeptPost) -> None:
    """What somebody with the database in hand could do."""
    with office.register.transaction() as tx:
        tx.evidence._connection.execute(update(evidence).where(evidence.c.post == kept.post).values(body=kept))


def test_while_the_archive_is_away_the_stage_waits(preserver: Preserver) -> None:
    preserver.matter(posts=8)

    def away(ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        raise Unavailable(f"{len(ids)} posts cannot be read")

    stage = Preserving(preserver.office.register, away, preserver.office.clock, 500)
    with pytest.raises(Unavailable):
        stage([ConcernChanged(concern="concern-1", concern_version=1)])
    preserver.keep()
    assert len(preserver.kept()) == 8


def rules(days: float = 30) -> RetentionRules:
    return RetentionRules(post_days=days, evidence_posts=500, matter_files="30年")


def test_posts_go_when_their_days_are_over_and_their_evidence_stays(preserver: Preserver) -> None:
    preserver.matter(posts=8)
    preserver.keep()
    late = NOON + timedelta(days=20)
    preserver.archive.store([make_archived("later", published_at=NOON, collected_at=late)])
    retention = Retention(preserver.archive, rules())

    retention.tick(NOON + timedelta(days=30))
    assert len(preserver.archive.get([fate.id for fate in preserver.fates("concern-1")])) == 8
    retention.tick(NOON + timedelta(days=30, hours=7))

    assert preserver.archive.get([fate.id for fate in preserver.fates("concern-1")]) == {}
    assert list(preserver.archive.get(["later"])) == ["later"]
    assert len(preserver.kept()) == 8


def test_a_large_archive_is_gone_through_by_turns(tmp_path: Path) -> None:
    archive = SqliteArchive(tmp_path / "archive.db")
    archive.store([make_archived(f"post-{number}") for number in range(10_200)])
    retention, now = Retention(archive, rules(1)), NOON + timedelta(days=3)
    retention.tick(now)
    left = len(archive.get([f"post-{number}" for number in range(10_200)]))
    assert left == 200
    retention.tick(now)
    assert archive.get([f"post-{number}" for number in range(10_200)]) == {}
    archive.close()


def test_the_timers_tick_it(preserver: Preserver) -> None:
    retention = Retention(preserver.archive, rules())
    preserver.matter(posts=1)
    timers = preserver.office.timers(also=((retention.tick, 60),))
    timers.tick(NOON + timedelta(days=40))
    assert preserver.archive.get(["concern-1-post-0"]) == {}
