"""The live stream: every change once, in order, resumable from any number."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace

from console import live
from console.live import Tailer, tell
from huiying.entrance import Visit
from huiying.messages import (
    AlertChanged,
    AlertRaised,
    ClarificationChanged,
    ConcernChanged,
    PostCollected,
    ProceedingChanged,
    TaskEscalated,
)
from huiying.person import Person, Role
from tests.builders import make_post
from tests.console.night import Night
from tests.signing_in import OFFICER


def raised(name: str) -> AlertRaised:
    """An alert of this name."""
    return AlertRaised(alert=name, concern=name, source=None, level="red")


def tailing(night: Night, work: Callable[[Tailer], Coroutine[None, None, None]]) -> None:
    """Run something beside a tailer that follows this night's outbox."""

    async def both() -> None:
        tailer = Tailer(night.register)
        following = asyncio.create_task(tailer.follow())
        try:
            async with asyncio.timeout(20):
                await work(tailer)
        finally:
            following.cancel()

    asyncio.run(both())


def test_a_change_reaches_a_browser_that_waits(night: Night) -> None:
    async def work(tailer: Tailer) -> None:
        waiting = asyncio.create_task(tailer.after(0, 10))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(night.tell, raised("a"))
        told, number = await waiting
        assert [one.number for one in told] == [1]
        assert number == 1

    tailing(night, work)


def test_a_browser_that_was_away_gets_what_it_missed_and_nothing_twice(night: Night) -> None:
    night.tell(raised("a"), raised("b"))

    async def work(tailer: Tailer) -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(night.tell, raised("c"))
        seen: list[int] = []
        number = 1
        while number < 3:
            told, number = await tailer.after(number, 5)
            seen += [one.number for one in told]
        assert seen == [2, 3]

    tailing(night, work)


def test_many_browsers_share_one_tailer(night: Night) -> None:
    async def work(tailer: Tailer) -> None:
        browsers = [asyncio.create_task(tailer.after(0, 10)) for _ in range(50)]
        await asyncio.sleep(0.3)
        await asyncio.to_thread(night.tell, raised("a"))
        answers = await asyncio.gather(*browsers)
        assert {number for _, number in answers} == {1}

    tailing(night, work)


def test_a_browser_from_another_register_is_told_that_it_is_behind(night: Night) -> None:
    night.tell(raised("a"))

    async def work(tailer: Tailer) -> None:
        assert await tailer.out_of_reach(900)
        assert not await tailer.out_of_reach(0)
        assert not await tailer.out_of_reach(1)

    tailing(night, work)


def test_the_stream_carries_numbers_as_ids_and_starts_with_the_time(night: Night) -> None:
    night.tell(raised("a"), raised("b"))

    async def work(tailer: Tailer) -> None:
        visit = Visit(person=OFFICER)
        listener = live.Listener(register=night.register, visit=visit, present=lambda: visit)
        stream = live._stream(tailer, lambda: live._pulse(night.clock, ["帖文库连不上"]), listener, 1)
        text = await _first(stream, 3)
        assert "event: pulse" in text
        assert f'"now": {night.clock.now().timestamp()}' in text
        assert "帖文库连不上" in text
        assert "id: 2\nevent: change" in text
        assert "id: 1\n" not in text

    tailing(night, work)


async def _first(stream: AsyncIterator[str], count: int) -> str:
    return "".join([await anext(stream) for _ in range(count)])


def test_only_the_last_of_many_changes_of_one_concern_is_told(night: Night) -> None:
    changes = [ConcernChanged(concern="c-1", concern_version=version) for version in range(50)]
    night.tell(raised("a"), *changes, AlertChanged(alert="a", concern="c-1", source=None, level="red", what="x"))
    with night.register.reading() as tx:
        told = tell(tx.outbox.tail(0, 500))
    assert [one.number for one in told] == [1, 51, 52]


def test_what_is_done_about_a_matter_is_told_with_its_concern_and_without_words(night: Night) -> None:
    night.tell(
        ProceedingChanged(proceeding="c-1:1:opinion-response", concern="c-1", what="办完“研判”"),
        ClarificationChanged(clarification="a", concern="c-1", bureau="水务局", state="drafting", what="第 1 稿"),
        TaskEscalated(task="t", concern="c-1", bureau="水务局", step="sign-in", rung="leader", due_at=None),
    )
    with night.register.reading() as tx:
        told = tell(tx.outbox.tail(0, 500))
    assert [one.concern for one in told] == ["c-1"] * 3
    facts = [json.loads(one.text) for one in told]
    assert [each["topic"] for each in facts] == ["proceeding-changed", "clarification-changed", "task-escalated"]
    assert all("what" not in each for each in facts)


def test_no_words_of_a_post_travel_on_the_stream(night: Night) -> None:
    night.tell(PostCollected(post=make_post(text="私人的话")), raised("a"))
    with night.register.reading() as tx:
        told = tell(tx.outbox.tail(0, 500))
    assert [json.loads(one.text)["topic"] for one in told] == ["alert-raised"]


def test_a_unit_hears_of_its_own_matters_only(night: Night) -> None:
    night.matter("c-own", "自来水发黄", lead="水务局")
    night.matter("c-other", "校门口拥堵", lead="教育局")
    handler = Person(id="unit", name="经办", roles=frozenset({Role.HANDLER}), bureau="水务局")
    told = [live.Told(number=number, text="", concern=concern) for number, concern in enumerate(("c-own", "c-other"))]
    told.append(live.Told(number=9, text="", concern=None))

    def hears(person: Person) -> list[int]:
        listener = live.Listener(register=night.register, visit=Visit(person=person), present=lambda: None)
        return [one.number for one in listener.may_hear(told)]

    assert hears(handler) == [0]
    assert hears(OFFICER) == [0, 1, 9]


def test_a_stream_ends_with_the_session_and_when_the_roles_change(night: Night) -> None:
    visit = Visit(person=OFFICER)
    other = Visit(person=replace(OFFICER, roles=frozenset()))

    def is_gone(now: Visit | None) -> bool:
        return live.Listener(register=night.register, visit=visit, present=lambda: now).is_gone()

    assert [is_gone(now) for now in (visit, other, None)] == [False, True, True]
