"""The gathering stage on a real register: one fate per post, counted once, whoever restarts or repeats what."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.gathering import Gathering
from consumers.grouping.grouping import Grouping
from huiying.clock import SetClock
from huiying.concern import Concern
from huiying.failures import Unavailable
from huiying.leasing import Lease
from huiying.messages import ConcernChanged, PostAssessed, open_envelope
from huiying.post import BureauMatch, Fate, Kind, SourceKind, Tone
from huiying.register.leases import LeaseLost
from huiying.register.register import Register
from tests.builders import NOON
from tests.consumers.gatherers import LATER, RULES, WEIGHTS, assessed, fate_of, gatherer
from tests.consumers.grouping.matters import EVERYTHING, NOISE, PIPE, WAGES


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(LATER))
    yield register
    register.close()


def the_concern(register: Register) -> Concern:
    with register.reading() as tx:
        (concern,) = tx.concerns.latest()
    return concern


def told(register: Register) -> list[tuple[str, int]]:
    """What the outbox tells, in the order in which it was written."""
    with register.transaction() as tx:
        messages = [open_envelope(change.envelope) for change in tx.outbox.number(10_000)]
    return [(m.concern, m.concern_version) for m in messages if isinstance(m, ConcernChanged)]


def everything(register: Register) -> object:
    """All that matters of a register's contents, to compare two of them."""
    with register.reading() as tx:
        concerns = tx.concerns.latest(limit=1000)
        return (
            sorted((replace(concern, version=0) for concern in concerns), key=lambda concern: concern.id),
            {concern.id: tx.concerns.quarter_hours(concern.id, NOON - timedelta(days=30)) for concern in concerns},
            {concern.id: tx.posts.of_concern(concern.id, limit=1000) for concern in concerns},
            tx.posts.count_by_fate(),
            list(tx.concerns.members.since(NOON - timedelta(days=30))),
        )


def test_posts_about_one_matter_become_one_concern_with_its_counts(register: Register) -> None:
    gatherer(register)([assessed(f"post-{n}", text, engagement=2) for n, text in enumerate(PIPE)])
    concern = the_concern(register)
    assert (concern.posts, concern.distinct_posts, concern.engagement) == (4, 4, 8)
    assert concern.tones == {Tone.NEGATIVE: 4}
    assert concern.sources == {SourceKind.HOTLINE: 4}
    assert concern.urgencies == {1: 4}
    assert concern.attention == pytest.approx(0.5)
    assert concern.number == "2014-1"
    assert concern.title in PIPE[0] + PIPE[1] + PIPE[2] + PIPE[3]
    assert fate_of(register, "post-3") == (Fate.GATHERED, concern.id)


def test_a_concern_is_told_once_per_batch_with_its_new_version(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", PIPE[0]), assessed("post-1", PIPE[1]), assessed("post-2", NOISE[0])])
    stage([assessed("post-3", PIPE[2])])
    versions = [version for _, version in told(register)]
    assert versions == [1, 1, 2]


def test_posts_are_counted_in_their_quarter_of_an_hour(register: Register) -> None:
    minutes = (0, 14, 16)
    gatherer(register)([assessed(f"post-{m}", PIPE[0], published_at=NOON + timedelta(minutes=m)) for m in minutes])
    with register.reading() as tx:
        quarters = tx.concerns.quarter_hours(the_concern(register).id, NOON)
    assert [(quarter.starts_at - NOON, quarter.posts) for quarter in quarters] == [
        (timedelta(0), 2),
        (timedelta(minutes=15), 1),
    ]


@pytest.mark.parametrize(
    ("message", "fate"),
    [
        (assessed("p", secrecy_marks=("机密",)), Fate.QUARANTINED),
        (assessed("p", history=True), Fate.HISTORY),
        (assessed("p", judged={"relevant": False}), Fate.IRRELEVANT),
        (assessed("p", judged={"kind": Kind.REPORT}), Fate.TRIAGE),
    ],
    ids=["secret", "old", "irrelevant", "a report on somebody"],
)
def test_a_post_that_is_not_to_be_gathered_has_a_fate_and_no_concern(
    register: Register, message: PostAssessed, fate: Fate
) -> None:
    gatherer(register)([message])
    assert fate_of(register, "p") == (fate, None)
    with register.reading() as tx:
        assert tx.concerns.latest() == []


def test_a_report_never_joins_a_concern_about_the_same_words(register: Register) -> None:
    gatherer(register)([assessed("post-0"), assessed("post-1", judged={"kind": Kind.REPORT})])
    assert fate_of(register, "post-1") == (Fate.TRIAGE, None)
    assert the_concern(register).posts == 1


def test_a_near_duplicate_is_counted_and_has_no_vote(register: Register) -> None:
    repeated = {"fingerprint": 0xFF}
    gatherer(register)([assessed(f"post-{n}", judged=repeated, source=f"forum-{n}") for n in range(3)])
    concern = the_concern(register)
    assert (concern.posts, concern.distinct_posts) == (3, 1)
    assert concern.votes["水务局"] == pytest.approx(3 * 0.9)
    assert fate_of(register, "post-2") == (Fate.NEAR_DUPLICATE, concern.id)


def test_a_post_without_a_sure_lead_joins_its_concern_and_waits_in_triage(register: Register) -> None:
    unsure = {"lead": None, "bureaus": (BureauMatch(bureau="水务局", score=0.4),)}
    gatherer(register)([assessed("post-0", judged=unsure)])
    concern = the_concern(register)
    assert fate_of(register, "post-0") == (Fate.TRIAGE, concern.id)
    assert concern.lead is None


def test_the_lead_is_the_posts_vote_and_others_named_often_are_co_handlers(register: Register) -> None:
    roads = {"lead": "住建局", "bureaus": (BureauMatch(bureau="住建局", score=0.8),)}
    gatherer(register)(
        [assessed("post-0", PIPE[0]), assessed("post-1", PIPE[1]), assessed("post-2", PIPE[2], judged=roads)]
    )
    concern = the_concern(register)
    assert concern.lead == "水务局"
    assert concern.lead_certainty == pytest.approx(2 * 0.9 / 3)
    assert concern.co_handlers == ("住建局",)
    assert concern.duties[8] == pytest.approx(2.1)


def test_a_frozen_lead_does_not_change_whatever_the_posts_say(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", PIPE[0])])
    concern = the_concern(register)
    with register.transaction() as tx:
        tx.concerns.save(concern.assigned_to("城管局"), concern.version)
    stage([assessed("post-1", PIPE[1]), assessed("post-2", PIPE[2])])
    concern = the_concern(register)
    assert (concern.lead, concern.lead_frozen, concern.posts) == ("城管局", True, 3)
    assert concern.votes == {"水务局": pytest.approx(2.7)}


def test_a_burst_after_a_dormancy_is_a_new_episode(register: Register) -> None:
    rules = RULES.model_copy(update={"dormancy_hours": 24.0})
    lease = Lease(register, "gatherer", "first", 60.0)
    stage = Gathering(register, Grouping(rules, WEIGHTS), lease, SetClock(LATER), rules)
    again = NOON + timedelta(hours=24)
    stage([assessed("post-0"), assessed("post-1", PIPE[1], published_at=again - timedelta(minutes=1))])
    assert the_concern(register).episode == 1
    stage([assessed("post-2", PIPE[2], published_at=again + timedelta(hours=24))])
    concern = the_concern(register)
    assert concern.episode == 2
    assert concern.episode_began_at == again + timedelta(hours=24)


def test_the_same_messages_again_change_nothing(register: Register) -> None:
    batch = [assessed(f"post-{n}", text) for n, text in enumerate(EVERYTHING)]
    stage = gatherer(register)
    stage(batch)
    before, said = everything(register), told(register)
    stage(batch)
    gatherer(register)(batch)
    assert everything(register) == before
    assert told(register) == said


def test_a_post_twice_in_one_batch_is_counted_once(register: Register) -> None:
    gatherer(register)([assessed("post-0"), assessed("post-0"), assessed("post-0", PIPE[1], revision=2)])
    assert the_concern(register).posts == 1
    with register.reading() as tx:
        assert tx.posts.fates(["post-0"])["post-0"].revision == 2


def test_a_newer_revision_is_noted_and_not_counted_twice(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0")])
    stage([assessed("post-0", PIPE[1], revision=3)])
    assert the_concern(register).posts == 1
    with register.reading() as tx:
        assert tx.posts.fates(["post-0"])["post-0"].revision == 3


def test_a_stand_by_writes_nothing_and_takes_over_with_the_memory_of_the_first(register: Register) -> None:
    first, second = gatherer(register, "first"), gatherer(register, "second")
    first([assessed("post-0", PIPE[0])])
    with pytest.raises(LeaseLost):
        second([assessed("post-1", PIPE[1])])
    with register.transaction() as tx:
        tx.leases.release("gatherer", "first")
    other = gatherer(register, "other")
    other([assessed("post-1", PIPE[1])])
    assert the_concern(register).posts == 2
    with pytest.raises(LeaseLost):
        first([assessed("post-2", PIPE[2])])
    assert the_concern(register).posts == 2


def test_one_that_was_away_while_another_worked_reads_the_memory_anew(register_url: str) -> None:
    clock = SetClock(LATER)
    register = Register(register_url, clock)
    first, second = gatherer(register, "first", 0), gatherer(register, "second", 0)
    first([assessed("post-0", PIPE[0])])
    clock.set(LATER + timedelta(seconds=1))
    second([assessed("post-1", NOISE[0])])
    clock.set(LATER + timedelta(seconds=2))
    first([assessed("post-2", NOISE[1])])
    with register.reading() as tx:
        assert sorted(concern.posts for concern in tx.concerns.latest()) == [1, 2]
    register.close()


def test_two_gatherers_at_once_count_every_post_once(register_url: str) -> None:
    """Their lease lapses at once, so that they take it from each other in the middle; both get every post."""
    register = Register(register_url)
    posts = [assessed(f"post-{number}", EVERYTHING[number % len(EVERYTHING)]) for number in range(60)]
    batches = [posts[start : start + 5] for start in range(0, 60, 5)]

    def work(holder: str) -> None:
        stage = gatherer(register, holder, 0)
        for batch in batches:
            _patiently(stage, batch)

    register.prepare()
    threads = [threading.Thread(target=work, args=(holder,)) for holder in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    with register.reading() as tx:
        concerns = tx.concerns.latest(limit=1000)
        assert sum(tx.posts.count_by_fate().values()) == 60
        for concern in concerns:
            assert len(tx.posts.of_concern(concern.id, limit=100)) == concern.posts
            assert sum(q.posts for q in tx.concerns.quarter_hours(concern.id, NOON)) == concern.posts
    assert sum(concern.posts for concern in concerns) == 60
    assert len({concern.number for concern in concerns}) == len(concerns)
    register.close()


def _patiently(stage: Gathering, batch: list[PostAssessed]) -> None:
    """Handle a batch as the loop does: again after an absence, and after a turn as stand-by."""
    for _ in range(200):
        try:
            stage(batch)
        except (LeaseLost, Unavailable):
            time.sleep(0.02)
            continue
        return
    raise AssertionError("never got its turn")


def test_a_batch_that_could_not_be_written_leaves_no_trace_in_the_memory(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", PIPE[0])])
    broken = assessed("post-1", NOISE[0], published_at=None)
    object.__setattr__(broken.post, "source", None)  # the register refuses a post without a source
    with pytest.raises(Exception, match=r"(?i)not.null"):
        stage([assessed("post-2", WAGES[0]), broken])
    stage([assessed("post-2", WAGES[0])])
    with register.reading() as tx:
        assert sorted(concern.posts for concern in tx.concerns.latest()) == [1, 1]
        assert {member.post for member in tx.concerns.members.since(NOON)} == {"post-0", "post-2"}
    assert stage.counts.memory_reads == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_batches_restarts_and_repetitions_change_nothing(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    posts = data.draw(_posts())
    folder = tmp_path_factory.mktemp("registers")
    whole = Register(f"sqlite:///{folder}/whole.db", SetClock(LATER))
    parts = Register(f"sqlite:///{folder}/parts.db", SetClock(LATER))
    gatherer(whole)(posts)
    stage = gatherer(parts)
    start = 0
    while start < len(posts):
        end = data.draw(st.integers(start + 1, len(posts)))
        stage(posts[start:end])
        if data.draw(st.booleans(), label="the gatherer is killed and started again"):
            stage = gatherer(parts)
        if data.draw(st.booleans(), label="the batch comes again"):
            stage(posts[start:end])
        start = end
    assert everything(parts) == everything(whole)
    whole.close()
    parts.close()


@st.composite
def _posts(draw: st.DrawFn) -> list[PostAssessed]:
    chosen = draw(st.lists(st.integers(0, len(EVERYTHING) - 1), min_size=1, max_size=16))
    minutes = draw(st.lists(st.integers(0, 60 * 24 * 10), min_size=len(chosen), max_size=len(chosen)))
    return [
        assessed(
            f"post-{draw(st.integers(0, 20))}",
            EVERYTHING[which],
            published_at=NOON + timedelta(minutes=minute),
            revision=draw(st.integers(1, 3)),
            history=draw(st.sampled_from([False, False, False, True])),
            judged={"fingerprint": draw(st.sampled_from([which, which << 1, which << 60]))},
        )
        for which, minute in zip(chosen, minutes, strict=True)
    ]
