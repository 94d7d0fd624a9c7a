"""The register's concerns: written once, never by two at a time, and listed newest first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.clock import SetClock
from huiying.concern import Concern, QuarterHour
from huiying.failures import Stale
from huiying.post import Fate, SourceKind, Tone
from huiying.register.fates import PostFate
from huiying.register.members import Member
from huiying.register.register import Register
from tests.builders import NOON, make_concern


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(NOON))
    yield register
    register.close()


def concern_at(number: int, **changes: object) -> Concern:
    """The n-th concern, whose last post was said so many hours after noon."""
    values: dict[str, object] = {"title": f"第{number}件事", "last_post_at": NOON + timedelta(hours=number)}
    return make_concern(f"concern-{number}", **(values | changes))


def fate(post: str, concern: str | None = "concern-1", **changes: object) -> PostFate:
    """The fate of a gathered hotline post said at noon."""
    gathered = PostFate(
        id=post,
        revision=1,
        fate=Fate.GATHERED,
        concern=concern,
        source="hotline",
        source_kind=SourceKind.HOTLINE,
        tone=Tone.NEGATIVE,
        at=NOON,
        collected_at=NOON,
    )
    return replace(gathered, **changes)  # type: ignore[arg-type]


def test_a_concern_is_read_as_it_was_written(register: Register) -> None:
    with register.transaction() as tx:
        written = tx.concerns.insert(make_concern(votes={"水务局": 1.8, "住建局": 0.2}, co_handlers=("住建局",)))
    with register.reading() as tx:
        assert tx.concerns.find("concern-1") == written
        assert tx.concerns.numbered("2014-1") == written
    assert written.version == 1


def test_two_who_change_a_concern_at_once_do_not_both_succeed(register: Register) -> None:
    with register.transaction() as tx:
        read = tx.concerns.insert(make_concern())
        changed = tx.concerns.save(replace(read, posts=2), read.version)
        assert changed.version == 2
        with pytest.raises(Stale, match="concern-1"):
            tx.concerns.save(replace(read, posts=3), read.version)


def test_of_many_changed_at_once_one_that_is_stale_is_enough_to_refuse(register: Register) -> None:
    with register.transaction() as tx:
        first, second = tx.concerns.insert_all([concern_at(1), concern_at(2)])
        tx.concerns.save(first, first.version)
        with pytest.raises(Stale):
            tx.concerns.save_all([first, second])


def test_numbers_run_through_each_year_and_are_never_used_twice(register: Register) -> None:
    with register.transaction() as tx:
        assert tx.concerns.next_number(2026) == "2026-1"
        assert tx.concerns.next_numbers(2026, 3) == ["2026-2", "2026-3", "2026-4"]
        assert tx.concerns.next_number(2027) == "2027-1"


def test_the_latest_come_first_and_page_by_page(register: Register) -> None:
    with register.transaction() as tx:
        tx.concerns.insert_all([concern_at(number) for number in range(1, 8)])
        tx.concerns.insert(concern_at(8, last_post_at=NOON + timedelta(hours=5)))
    with register.reading() as tx:
        seen: list[str] = []
        before = None
        while page := tx.concerns.latest(limit=3, before=before):
            seen += [concern.id for concern in page]
            before = (page[-1].last_post_at, page[-1].id)
    assert seen == [f"concern-{number}" for number in (7, 6, 8, 5, 4, 3, 2, 1)]


def test_a_bureau_sees_its_own_and_triage_those_without_one(register: Register) -> None:
    with register.transaction() as tx:
        tx.concerns.insert_all([concern_at(1), concern_at(2, lead="教育局"), concern_at(3, lead=None)])
        assert [concern.id for concern in tx.concerns.latest(bureau="教育局")] == ["concern-2"]
        assert [concern.id for concern in tx.concerns.without_lead()] == ["concern-3"]


def test_a_title_is_found_by_its_words_and_a_percent_sign_is_only_a_percent_sign(register: Register) -> None:
    with register.transaction() as tx:
        tx.concerns.insert_all([concern_at(1, title="公交涨价50%不合理"), concern_at(2, title="公交改线")])
        assert [concern.id for concern in tx.concerns.titled("公交")] == ["concern-2", "concern-1"]
        assert [concern.id for concern in tx.concerns.titled("50%")] == ["concern-1"]
        assert [concern.id for concern in tx.concerns.titled("2014-2")] == ["concern-2"]
        assert tx.concerns.titled("%") == [tx.concerns.find("concern-1")]
        assert tx.concerns.titled("  ") == []


def test_a_merged_concern_is_followed_to_the_end_and_not_listed(register: Register) -> None:
    with register.transaction() as tx:
        first, second, third = tx.concerns.insert_all([concern_at(number) for number in (1, 2, 3)])
        tx.concerns.save(replace(first, merged_into="concern-2"), 1)
        tx.concerns.save(replace(second, merged_into="concern-3"), 1)
        assert tx.concerns.resolve("concern-1") == third
        assert tx.concerns.resolve("no-such") is None
        assert [concern.id for concern in tx.concerns.latest()] == ["concern-3"]
        assert tx.concerns.count() == 1


def test_quarter_hours_grow(register: Register) -> None:
    one = QuarterHour(starts_at=NOON, posts=1, tones={Tone.NEGATIVE: 1})
    more = QuarterHour(starts_at=NOON, posts=3, tones={Tone.NEGATIVE: 1, Tone.NEUTRAL: 2})
    later = replace(one, starts_at=NOON + timedelta(minutes=15))
    with register.transaction() as tx:
        tx.concerns.add_quarter_hours([("concern-1", one), ("concern-1", later), ("concern-2", one)])
        tx.concerns.add_quarter_hours([("concern-1", more)])
        first, second = tx.concerns.quarter_hours("concern-1", NOON)
        assert first.tones == {Tone.NEGATIVE: 2, Tone.NEUTRAL: 2, Tone.POSITIVE: 0}
        assert (first.posts, second.posts) == (4, 1)
        assert tx.concerns.quarter_hours("concern-1", later.starts_at) == [second]


def test_the_log_of_a_matter_is_read_newest_first(register: Register) -> None:
    with register.transaction() as tx:
        for what in ("一", "二", "三"):
            tx.concerns.add_doing("concern-1", "值班员", what)
        newest = tx.concerns.doings("concern-1", limit=2)
        assert [doing.what for doing in newest] == ["三", "二"]
        assert [doing.what for doing in tx.concerns.doings("concern-1", before=newest[-1].id)] == ["一"]
        assert newest[0].at == NOON


def test_members_come_back_whole_also_with_the_highest_fingerprint(register: Register) -> None:
    members = [
        Member(
            post=f"post-{bits}", concern="concern-1", strand="older", at=NOON, fingerprint=bits, sketch=b"\x00\xff"
        )
        for bits in (0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
    ]
    with register.transaction() as tx:
        tx.concerns.members.add(members)
        assert sorted(tx.concerns.members.since(NOON), key=lambda member: member.fingerprint) == members
        tx.concerns.members.forget(member.post for member in members[1:])
        assert list(tx.concerns.members.since(NOON)) == members[:1]


def test_a_post_gets_its_fate_once(register: Register) -> None:
    with register.transaction() as tx:
        assert tx.posts.add_fates([fate("a"), fate("b")]) == {"a", "b"}
        assert tx.posts.add_fates([fate("b", "concern-2"), fate("c")]) == {"c"}
        assert tx.posts.fates(["b", "unknown"]) == {"b": fate("b")}


def test_many_posts_get_their_fate_at_once(register: Register) -> None:
    rows = [fate(f"post-{number}") for number in range(2500)]
    with register.transaction() as tx:
        assert len(tx.posts.add_fates(rows)) == 2500
        assert len(tx.posts.fates(row.id for row in rows)) == 2500


def test_only_a_newer_revision_is_noted(register: Register) -> None:
    with register.transaction() as tx:
        tx.posts.add_fates([fate("a", revision=2), fate("b", revision=2)])
        tx.posts.revise_fates([("a", 3), ("b", 1)])
        assert {post: row.revision for post, row in tx.posts.fates(["a", "b"]).items()} == {"a": 3, "b": 2}


def test_the_posts_of_a_concern_are_paged_newest_first(register: Register) -> None:
    rows = [fate(f"post-{number}", at=NOON + timedelta(minutes=number // 2)) for number in range(6)]
    with register.transaction() as tx:
        tx.posts.add_fates([*rows, fate("another", "concern-2")])
        first = tx.posts.of_concern("concern-1", limit=4)
        rest = tx.posts.of_concern("concern-1", limit=4, before=(first[-1].at, first[-1].id))
    assert [row.id for row in [*first, *rest]] == [f"post-{number}" for number in (5, 4, 3, 2, 1, 0)]


def test_every_fate_is_counted_also_one_that_none_has(register: Register) -> None:
    with register.transaction() as tx:
        tx.posts.add_fates([fate("a"), fate("b", None, fate=Fate.IRRELEVANT)])
        counted = tx.posts.count_by_fate()
    assert counted[Fate.GATHERED] == counted[Fate.IRRELEVANT] == 1
    assert counted[Fate.QUARANTINED] == 0
    assert set(counted) == set(Fate)
