"""What every database under the register must do."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from typing import TypeVar

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import OperationalError as WrongQuestion

from huiying.clock import BEIJING
from huiying.concern import QuarterHour
from huiying.correction import Judgement
from huiying.failures import Stale, Unavailable
from huiying.messages import ConcernChanged, Envelope
from huiying.post import Fate, SourceKind, Tone
from huiying.register.fates import PostFate
from huiying.register.register import Register, Transaction
from huiying.register.schema.chain import corrections, rejections
from huiying.rejection import Rejection
from huiying.source import Seen, SourceHealth
from tests.builders import NOON, make_alert, make_concern, make_correction, make_post, make_task
from tests.contracts.conftest import OpenRegister, StartProcess

T = TypeVar("T")


def make_fate(id: str) -> PostFate:
    """The fate of an irrelevant post of the hotline."""
    return PostFate(
        id=id,
        revision=1,
        fate=Fate.IRRELEVANT,
        concern=None,
        source="hotline",
        source_kind=SourceKind.HOTLINE,
        tone=Tone.NEUTRAL,
        at=NOON,
        collected_at=NOON,
    )


def change(concern: str) -> ConcernChanged:
    return ConcernChanged(concern=concern, concern_version=1)


def numbers(register: Register) -> list[int]:
    with register.reading() as tx:
        return [each.number for each in tx.outbox.tail(0, 10_000)]


def test_a_transaction_is_kept_whole_and_survives_a_restart(open_register: OpenRegister) -> None:
    first = open_register()
    with first.transaction() as tx:
        tx.outbox.add([change("a"), change("b")])
        tx.outbox.number(10)
    first.close()
    second = open_register()
    assert numbers(second) == [1, 2]
    second.close()


def test_a_transaction_that_fails_leaves_nothing(register: Register) -> None:
    def fail() -> None:
        with register.transaction() as tx:
            tx.outbox.add([change("a")])
            tx.outbox.number(10)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert numbers(register) == []


def test_a_reader_sees_what_was_committed_and_waits_for_no_writer(register: Register) -> None:
    with register.transaction() as writing:
        writing.outbox.add([change("a")])
        writing.outbox.number(10)
        assert numbers(register) == []
    assert numbers(register) == [1]


def test_two_writers_at_once_never_take_the_same_number(register: Register) -> None:
    failures: list[BaseException] = []
    with register.transaction() as tx:
        tx.outbox.add([change("first")])
        tx.outbox.mark_sent([each.number for each in tx.outbox.number(10)])

    def write() -> None:
        try:
            for _ in range(10):
                with register.transaction() as tx:
                    tx.outbox.add([change("a")])
                    tx.outbox.mark_sent([each.number for each in tx.outbox.number(1)])
        except BaseException as error:  # noqa: BLE001 (told by the assertion below)
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert numbers(register) == list(range(1, 42))


def test_a_broken_constraint_is_not_an_absence(register: Register) -> None:
    with pytest.raises(IntegrityError), register.transaction() as tx:
        tx._connection.execute(rejections.insert().values(source=None, where="x", reason="x", at=NOON))


def test_a_wrong_question_is_a_bug_and_not_an_absence(register: Register) -> None:
    with pytest.raises(SQLAlchemyError) as raised, register.reading() as tx:
        tx._connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert isinstance(raised.value, WrongQuestion | ProgrammingError)
    assert not isinstance(raised.value, Unavailable)


@pytest.mark.parametrize("reason", ["", "坏\x00字\x1b", "\ud83d半个", "长" * 10_000, "'; DROP TABLE dead_letter; --"])
def test_any_reason_and_any_payload_can_be_put_aside(register: Register, reason: str) -> None:
    payload = bytes(range(256))
    envelope = Envelope(topic="post-collected", key="键'", payload=payload)
    with register.transaction() as tx:
        tx.dead_letters.add("assessing", envelope, reason, traceback=reason * 10)
    with register.reading() as tx:
        (letter,) = tx.dead_letters.list("assessing")
    assert letter.envelope == envelope
    assert letter.reason[:1] == reason.encode(errors="backslashreplace").decode()[:1]


def test_a_lease_is_taken_by_one_of_many_who_try_at_once(register: Register) -> None:
    taken: list[str] = []

    def take(holder: str) -> None:
        with register.transaction() as tx:
            if tx.leases.take("gatherer", holder, 60):
                taken.append(holder)

    threads = [threading.Thread(target=take, args=(f"holder-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def open_and_say(pipe: Connection, open_register: OpenRegister) -> None:
    """Opens the register once told to, and says whether that went well."""
    pipe.recv()
    try:
        opened = open_register()
        opened.prepare()
        opened.close()
    except BaseException as error:
        pipe.send(repr(error))
        raise
    pipe.send("open")


def test_many_processes_may_open_a_new_register_at_once(bare_register_url: str, start_process: StartProcess) -> None:
    open_register = partial(Register, bare_register_url)
    pipes = [start_process(open_and_say, open_register)[1] for _ in range(3)]
    for pipe in pipes:
        pipe.send("now")
    assert [pipe.recv() for pipe in pipes] == ["open"] * 3


def write_for_ever(pipe: Connection, open_register: OpenRegister) -> None:
    """Writes pairs, each in one transaction, and tells of each that was committed."""
    register = open_register()
    for pair in range(1_000_000):
        with register.transaction() as tx:
            tx.outbox.add([change(f"{pair}-left")])
            tx.outbox.add([change(f"{pair}-right")])
        pipe.send(pair)


def test_a_killed_writer_leaves_whole_transactions_only(
    register: Register, open_register: OpenRegister, start_process: StartProcess
) -> None:
    process, pipe = start_process(write_for_ever, open_register)
    committed = [pipe.recv() for _ in range(20)]
    process.kill()
    process.join()
    with register.transaction() as tx:
        keys = {each.envelope.key for each in tx.outbox.number(100_000)}
    assert {f"{pair}-{side}" for pair in committed for side in ("left", "right")} <= keys
    assert {key.partition("-")[0] for key in keys if key.endswith("left")} == {
        key.partition("-")[0] for key in keys if key.endswith("right")
    }


def test_a_reader_sees_one_moment_for_as_long_as_it_reads(register: Register) -> None:
    with register.reading() as asking:
        assert asking.outbox.newest() == 0
        with register.transaction() as tx:
            tx.outbox.add([change("a")])
            tx.outbox.number(10)
        assert asking.outbox.newest() == 0
        assert asking.outbox.tail(0, 10) == []
    assert numbers(register) == [1]


@pytest.mark.parametrize("text", ["坏\x00字", "\ud83d半个", "长" * 5_000, "'; DROP TABLE doing; --", "\U0001f600"])
def test_any_text_can_be_kept_wherever_it_comes_from(register: Register, text: str) -> None:
    source = f"源{text}"[:200]
    alert = make_alert(f"source:{source}:failing:20140530T040000Z", source=source, title=text)
    health = SourceHealth(source=source, last_error=text, last_error_at=NOON)
    with register.transaction() as tx:
        tx.posts.reject([Rejection(where=text, source=source, reason=text, at=NOON)])
        tx.concerns.insert(make_concern(title=text, lead=text[:300]))
        tx.concerns.add_doing("concern-1", text[:300], text)
        tx.sources.save_health(health)
        tx.sources.remember(source, [Seen(address=text, etag=text, last_modified=text, seen_at=NOON)])
        assert tx.alerts.insert(alert)
        assert not tx.alerts.insert(alert)
        assert tx.tasks.fire_once("kind", alert.id, NOON)
        assert tx.leases.take(f"source:{source}", "one", 10)
        tx.leases.must_hold(f"source:{source}", "one")
    with register.reading() as tx:
        assert len(tx.posts.rejections(10)) == 1
        assert len(tx.concerns.latest()) == 1
        assert len(tx.concerns.doings("concern-1")) == 1
        assert tx.sources.health_of(source).last_error_at == NOON
        assert len(tx.sources.memory_of(source)) == 1
        assert [each.raised_at for each in tx.alerts.many([alert.id]).values()] == [alert.raised_at]


def test_a_large_payload_and_the_ends_of_time_come_back_as_they_were(register: Register) -> None:
    payload = bytes(range(256)) * 12_288
    moments = [datetime(1, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)]
    moments += [
        datetime(2026, 2, 28, 8, 0, 0, 1, tzinfo=BEIJING),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ]
    letter = Envelope(topic="post-collected", key="k", payload=payload)
    counts = {Tone.NEGATIVE: 2**31 - 1}
    with register.transaction() as tx:
        for number, moment in enumerate(moments):
            assert tx.tasks.fire_once("kind", str(number), moment)
            assert not tx.tasks.fire_once("kind", str(number), moment.astimezone(UTC))
            tx.concerns.insert(make_concern(f"c-{number}", last_post_at=moment, engagement=10**15, tones=counts))
        tx.dead_letters.add("assessing", letter, "too large")
        tx.dead_letters.add("assessing", letter, "still too large")
    with register.reading() as tx:
        assert [each.last_post_at for each in tx.concerns.latest()] == moments[::-1]
        assert tx.concerns.latest()[0].tones == counts
        [kept] = tx.dead_letters.list()
    assert (kept.envelope, kept.reason) == (letter, "still too large")


def at_once(register: Register, *works: Callable[[Transaction], T]) -> list[T]:
    """What each of these gave, every one in a transaction of its own, all begun at the same moment."""
    ready = threading.Barrier(len(works))

    def play(work: Callable[[Transaction], T]) -> T:
        ready.wait(20)
        with register.transaction() as tx:
            return work(tx)

    register.prepare()
    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(play, works))


def one_of(results: list[bool]) -> bool:
    return sorted(results) == [False] * (len(results) - 1) + [True]


def test_of_many_who_raise_open_or_fire_the_same_exactly_one_does(register: Register) -> None:
    assert one_of(at_once(register, *[lambda tx: tx.alerts.insert(make_alert())] * 8))
    assert one_of(at_once(register, *[lambda tx: tx.tasks.insert(make_task())] * 8))
    assert one_of(at_once(register, *[lambda tx: tx.tasks.fire_once("kind", "subject", NOON)] * 8))


def test_of_many_who_save_the_same_version_exactly_one_does(register: Register) -> None:
    with register.transaction() as tx:
        assert tx.alerts.insert(make_alert())
        concern = tx.concerns.insert(make_concern())

    def save_alert(tx: Transaction) -> bool:
        try:
            tx.alerts.save(make_alert(title="新"), 0)
        except Stale:
            return False
        return True

    def save_concern(tx: Transaction) -> bool:
        try:
            tx.concerns.save(concern, concern.version)
        except Stale:
            return False
        return True

    assert one_of(at_once(register, *[save_alert] * 8))
    assert one_of(at_once(register, *[save_concern] * 8))


def test_posts_that_many_bring_at_once_in_any_order_get_one_fate_each(register: Register) -> None:
    ids = [f"post-{number:03}" for number in range(300)]

    def write(order: int) -> Callable[[Transaction], set[str]]:
        mixed = random.Random(order).sample(ids, len(ids))
        # As everywhere who writes many rows does so in the order of their ids, or takes a lease first.
        return lambda tx: tx.posts.add_fates([make_fate(id) for id in sorted(mixed)])

    written = at_once(register, *(write(order) for order in range(4)))
    assert sorted(id for some in written for id in some) == ids
    with register.reading() as tx:
        assert sum(tx.posts.count_by_fate().values()) == 300


def test_posts_that_many_doors_remember_at_once_are_known_by_their_newest_revision(register: Register) -> None:
    def remember(door: int) -> Callable[[Transaction], None]:
        posts = [make_post(f"post-{number:03}", revision=1 + (number + door) % 4) for number in range(200)]
        random.Random(door).shuffle(posts)
        return lambda tx: tx.posts.remember(posts)

    at_once(register, *(remember(door) for door in range(4)))
    with register.reading() as tx:
        known = tx.posts.known({f"post-{number:03}" for number in range(200)})
    assert {one.revision for one in known.values()} == {4}
    assert len(known) == 200


def test_counts_that_many_add_at_once_add_up(register: Register) -> None:
    quarters = [
        (f"c-{number}", QuarterHour(starts_at=NOON, posts=1, tones={Tone.NEGATIVE: 1})) for number in range(50)
    ]
    at_once(register, *[lambda tx: tx.concerns.add_quarter_hours(quarters)] * 4)
    counted = at_once(register, *[lambda tx: tx.concerns.members.note_change()] * 8)
    given = at_once(register, *[lambda tx: tx.concerns.next_numbers(2026, 3)] * 8)
    with register.reading() as tx:
        assert {
            q.posts for found in tx.concerns.quarter_hours_of_many(dict(quarters), NOON).values() for q in found
        } == {4}
    assert sorted(counted) == list(range(1, 9))
    assert sorted(int(number.partition("-")[2]) for some in given for number in some) == list(range(1, 25))


def test_the_same_dead_letter_put_aside_by_many_at_once_waits_once(register: Register) -> None:
    letter = Envelope(topic="post-collected", key="k", payload=b"\x00\xff")
    at_once(register, *[lambda tx: tx.dead_letters.add("assessing", letter, "reason")] * 8)
    with register.transaction() as tx:
        [waiting] = tx.dead_letters.list()
        tx.dead_letters.mark_retried([waiting.id])
        tx.dead_letters.add("assessing", letter, "reason")
        assert len(tx.dead_letters.list(waiting=False)) == 2


def test_many_who_ask_for_the_salt_of_a_day_get_the_same(register: Register) -> None:
    salts = at_once(register, *[lambda tx: tx.posts.author_salt(NOON.date())] * 8)
    assert len(set(salts)) == 1
    assert len(salts[0]) == 16


def test_who_follows_the_changes_never_sees_a_number_before_a_lower_one(register: Register) -> None:
    """Four write, four give numbers, one follows: what it sees is 1, 2, 3 … without a gap."""
    done = threading.Event()
    seen: list[int] = []

    def follow() -> None:
        while not done.is_set() or len(seen) < 80:
            with register.reading() as tx:
                seen.extend(each.number for each in tx.outbox.tail(seen[-1] if seen else 0, 7))

    def write() -> None:
        for _ in range(10):
            with register.transaction() as tx:
                tx.outbox.add([change("a"), change("b")])

    def number() -> None:
        while not done.is_set():
            with register.transaction() as tx:
                tx.outbox.mark_sent([each.number for each in tx.outbox.number(3)])

    register.prepare()
    with ThreadPoolExecutor(9) as threads:
        following = threads.submit(follow)
        numbering = [threads.submit(number) for _ in range(4)]
        for writing in [threads.submit(write) for _ in range(4)]:
            writing.result(60)
        while newest(register) < 80:
            time.sleep(0.02)
        done.set()
        for each in (following, *numbering):
            each.result(60)
    assert seen == list(range(1, 81))


def newest(register: Register) -> int:
    with register.reading() as tx:
        return tx.outbox.newest()


def test_a_correction_is_kept_with_all_that_was_said(register: Register) -> None:
    said = make_correction(
        judgement=Judgement.DUTIES, judged=("8",), said=(), note="与“供水”无关；'引号'", at=NOON, model="linear-1+x"
    )
    with register.transaction() as tx:
        tx.corrections.add(said)
    with register.reading() as tx:
        assert tx.corrections.of_posts(["post-1", "post-2"]) == {"post-1": {Judgement.DUTIES: said}}


def test_the_newest_correction_stands_and_the_older_ones_stay(register: Register) -> None:
    first, second = make_correction(said=("城管局",)), make_correction(said=("建委",), who="林知夏")
    other = make_correction(judgement=Judgement.TONE, judged=("negative",), said=("neutral",))
    elsewhere = make_correction(post="post-2")
    with register.transaction() as tx:
        for one in (first, other, second, elsewhere):
            tx.corrections.add(one)
    with register.reading() as tx:
        standing = tx.corrections.of_posts(["post-1"])
        assert standing["post-1"] == {Judgement.LEAD: second, Judgement.TONE: other}
        assert tx.corrections.said_of_post("post-1") == [second, other, first]
        assert list(tx.corrections.standing()) == [other, second, elsewhere]
        assert tx.corrections.count()[Judgement.LEAD] == 3


def test_posts_are_found_by_what_was_said_of_them(register: Register) -> None:
    with register.transaction() as tx:
        for post, said in (("post-1", "城管局"), ("post-2", "建委"), ("post-3", "城管局"), ("post-1", "城管局")):
            tx.corrections.add(make_correction(post=post, said=(said,)))
    with register.reading() as tx:
        assert tx.corrections.posts_said(Judgement.LEAD, ("城管局",)) == ["post-1", "post-3"]
        assert tx.corrections.posts_said(Judgement.TONE, ("城管局",)) == []


def test_what_is_said_of_a_concern_is_no_label_of_a_post(register: Register) -> None:
    said = make_correction(judgement=Judgement.MERGED, concern="c-1", judged=("c-1",), said=("c-2",))
    with register.transaction() as tx:
        tx.corrections.add(said)
        tx.corrections.add(make_correction(post="c-1"))
    with register.reading() as tx:
        assert tx.corrections.said_of_concern("c-1") == [said]
        assert set(tx.corrections.of_posts(["c-1"])["c-1"]) == {Judgement.LEAD}
        assert [(one.post, one.concern) for one in tx.corrections.standing()] == [(None, "c-1"), ("c-1", None)]


def test_what_was_said_of_many_concerns_is_read_at_once(register: Register) -> None:
    first, second = (
        make_correction(
            judgement=Judgement.FIRST_ANSWER, concern="c-1", judged=("interest",), said=(answer, "interest")
        )
        for answer in ("confirmed", "denied")
    )
    with register.transaction() as tx:
        for one in (first, second, make_correction(concern="c-1"), make_correction(concern="c-2")):
            tx.corrections.add(one)
    with register.reading() as tx:
        said = tx.corrections.said_of_concerns(["c-1", "c-2", "c-3"], Judgement.FIRST_ANSWER)
        assert said == {"c-1": [second, first]}
        assert tx.corrections.said_of_concerns([], Judgement.FIRST_ANSWER) == {}


def test_thousands_of_standing_corrections_come_once_each(register: Register) -> None:
    with register.transaction() as tx:
        for number in range(1100):
            tx.corrections.add(make_correction(post=f"post-{number % 1050}", said=("建委",), note=str(number)))
    with register.reading() as tx:
        standing = list(tx.corrections.standing())
    assert len({one.post for one in standing}) == len(standing) == 1050
    assert {one.note for one in standing if one.post == "post-3"} == {"1053"}


def test_the_database_itself_refuses_a_correction_about_nothing(register: Register) -> None:
    row = {"judgement": "lead", "judged": [], "said": [], "who": "高远", "at": NOON, "note": ""}
    with pytest.raises(IntegrityError), register.transaction() as tx:
        tx._connection.execute(corrections.insert().values(post=None, concern=None, **row))
