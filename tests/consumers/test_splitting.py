"""Splitting posts off a concern by hand: every count is right on both sides, and the gatherer follows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.merging import merge
from consumers.splitting import split
from huiying.clock import SetClock
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.messages import ConcernChanged, PostAssessed, open_envelope
from huiying.post import ArchivedPost, BureauMatch, Fate, SourceKind, Tone
from huiying.register.register import Register
from tests.builders import NOON
from tests.consumers.gatherers import LATER, RULES, assessed, concern_of, fate_of, gatherer
from tests.consumers.grouping.matters import NOISE, OTHER_PIPE, PIPE
from tests.registers import empty_register

HERE = [assessed(f"here-{n}", text, published_at=NOON + timedelta(minutes=n)) for n, text in enumerate(PIPE[:3])]
ROADS = {"lead": "住建局", "bureaus": (BureauMatch(bureau="住建局", score=0.8),), "urgency": 2, "attention": 0.9}
THERE = [
    assessed(
        f"there-{n}",
        text,
        published_at=NOON + timedelta(minutes=20 + n),
        source_kind=SourceKind.SOCIAL,
        engagement=7,
        judged={**ROADS, "tone_scores": replace(HERE[0].assessment.tone_scores, neutral=0.9)},
    )
    for n, text in enumerate((OTHER_PIPE, "桃源街翠竹苑自来水管爆裂，水漫到路上，四天没人修。"))
]


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(LATER))
    yield register
    register.close()


def gathered_into_one(register: Register) -> str:
    """The same words about two places, which the gatherer took for one matter."""
    gatherer(register)([*HERE, *THERE])
    concern = concern_of(register, HERE[0].post.id)
    for other in {concern_of(register, each.post.id) for each in THERE} - {concern}:
        with register.transaction() as tx:
            merge(tx, other, concern, "值班员", RULES)
    return concern


def split_off(register: Register, concern: str, posts: Sequence[PostAssessed]) -> Concern:
    archived = [ArchivedPost(post=each.post, assessment=each.assessment) for each in posts]
    with register.transaction() as tx:
        return split(tx, concern, archived, "值班员", RULES, LATER)


def found(register: Register, concern: str) -> Concern:
    with register.reading() as tx:
        concern_found = tx.concerns.find(concern)
    assert concern_found is not None
    return concern_found


def counts(concern: Concern) -> tuple[object, ...]:
    return (
        concern.posts,
        concern.distinct_posts,
        concern.tones,
        concern.sources,
        concern.urgencies,
        concern.engagement,
        concern.first_post_at,
        concern.last_post_at,
        concern.lead,
        concern.co_handlers,
    )


def test_both_sides_count_what_they_would_have_counted_alone(
    register: Register, tmp_path_factory: pytest.TempPathFactory
) -> None:
    concern = gathered_into_one(register)
    part = split_off(register, concern, THERE)
    for side, posts in ((found(register, concern), HERE), (part, THERE)):
        alone = Register(empty_register(tmp_path_factory.mktemp("alone")), SetClock(LATER))
        gatherer(alone)(posts)
        expected = found(alone, concern_of(alone, posts[0].post.id))
        assert side.votes == pytest.approx(expected.votes)
        assert side.duties == pytest.approx(expected.duties)
        assert side.attention == pytest.approx(expected.attention)
        assert counts(side) == counts(expected)
        with register.reading() as tx, alone.reading() as other:
            mine = tx.concerns.quarter_hours(side.id, NOON)
            assert mine == other.concerns.quarter_hours(expected.id, NOON)
            assert {row.id for row in tx.posts.of_concern(side.id)} == {each.post.id for each in posts}
        alone.close()


def test_the_part_has_a_number_a_name_and_a_lead_of_its_own(register: Register) -> None:
    concern = gathered_into_one(register)
    part = split_off(register, concern, THERE)
    rest = found(register, concern)
    assert part.number not in ("", rest.number)
    assert (part.lead, rest.lead) == ("住建局", "水务局")
    assert any(part.title in each.post.text for each in THERE)
    assert any(rest.title in each.post.text for each in HERE)


def test_the_rest_is_named_anew_where_its_title_went_away(register: Register) -> None:
    concern = gathered_into_one(register)
    title_post = found(register, concern).title_post
    chosen = [each for each in (*HERE, *THERE) if each.post.id == title_post]
    split_off(register, concern, chosen)
    rest = found(register, concern)
    assert rest.title_post not in (None, title_post)
    assert rest.title not in chosen[0].post.text


def test_later_posts_go_where_those_like_them_went(register: Register) -> None:
    concern = gathered_into_one(register)
    part = split_off(register, concern, THERE)
    for number in range(2):
        there = assessed(f"there-later-{number}", "桃源街翠竹苑的自来水管爆裂，水漫到了路上，还没人修")
        here = assessed(f"here-later-{number}", "向阳路幸福小区门口自来水管爆裂，还是没人修")
        gatherer(register)([there, here])
        assert concern_of(register, there.post.id) == part.id
        assert concern_of(register, here.post.id) == concern


def test_what_was_merged_by_hand_can_be_split_again(register: Register) -> None:
    stage = gatherer(register)
    noises = [assessed(f"noise-{n}", text) for n, text in enumerate(NOISE[:2])]
    stage([*HERE, *noises])
    concern = concern_of(register, HERE[0].post.id)
    with register.transaction() as tx:
        merge(tx, concern_of(register, "noise-0"), concern, "值班员", RULES)
    part = split_off(register, concern, noises)
    stage([assessed("noise-2", NOISE[2]), assessed("here-9", PIPE[3])])
    assert concern_of(register, "noise-2") == part.id
    assert concern_of(register, "here-9") == concern


def test_a_repeated_post_taken_away_without_its_model_says_something_new_there(register: Register) -> None:
    again = assessed("again", PIPE[0], judged={"fingerprint": HERE[0].assessment.fingerprint})
    gatherer(register)([*HERE, again])
    concern = concern_of(register, "again")
    assert fate_of(register, "again")[0] is Fate.NEAR_DUPLICATE
    part = split_off(register, concern, [again])
    assert fate_of(register, "again") == (Fate.GATHERED, part.id)
    assert (part.posts, part.distinct_posts) == (1, 1)
    assert found(register, concern).distinct_posts == len(HERE)


def test_a_frozen_lead_stays_with_the_rest(register: Register) -> None:
    concern = gathered_into_one(register)
    with register.transaction() as tx:
        before = tx.concerns.find(concern)
        assert before is not None
        tx.concerns.save(before.assigned_to("城管局"), before.version)
    part = split_off(register, concern, THERE)
    rest = found(register, concern)
    assert (rest.lead, rest.lead_frozen) == ("城管局", True)
    assert (part.lead, part.lead_frozen) == ("住建局", False)


def test_both_are_told_and_both_logs_say_so(register: Register) -> None:
    concern = gathered_into_one(register)
    with register.transaction() as tx:
        tx.outbox.number(10_000)
    part = split_off(register, concern, THERE)
    with register.transaction() as tx:
        told = [open_envelope(change.envelope) for change in tx.outbox.number(10_000)]
        assert "拆分" in tx.concerns.doings(part.id)[0].what
        assert part.number in tx.concerns.doings(concern)[0].what
    assert {each.concern for each in told if isinstance(each, ConcernChanged)} >= {concern, part.id}


def test_tones_never_fall_below_nothing_where_a_post_was_judged_anew(register: Register) -> None:
    gatherer(register)(HERE)
    concern = concern_of(register, HERE[0].post.id)
    kinder = replace(HERE[0].assessment, tone_scores=replace(HERE[0].assessment.tone_scores, positive=0.9), urgency=3)
    part = split_off(register, concern, [replace(HERE[0], assessment=kinder)])
    rest = found(register, concern)
    assert (part.tones, rest.tones) == ({Tone.NEGATIVE: 1}, {Tone.NEGATIVE: 2})
    assert all(count > 0 for count in rest.urgencies.values())


def test_what_cannot_be_split_off_is_refused(register: Register) -> None:
    gatherer(register)([*HERE, assessed("noise", NOISE[0])])
    concern, other = concern_of(register, HERE[0].post.id), concern_of(register, "noise")
    with pytest.raises(NotAllowed, match="does not belong"):
        split_off(register, concern, [assessed("noise", NOISE[0])])
    with pytest.raises(NotAllowed, match="3 of 3"):
        split_off(register, concern, HERE)
    with pytest.raises(NotAllowed, match="0 of 3"):
        split_off(register, concern, [])
    with pytest.raises(NotAllowed, match="no concern"):
        split_off(register, "unknown", HERE[:1])
    with register.transaction() as tx:
        merge(tx, other, concern, "值班员", RULES)
    with pytest.raises(NotAllowed, match="merged"):
        split_off(register, other, [assessed("noise", NOISE[0])])
