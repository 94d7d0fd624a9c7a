"""A notice and an acknowledgment at the same moment: once it is acknowledged, nothing begins to be sent any more."""

import random
import threading
from collections.abc import Callable

from huiying.alert import AlertState
from huiying.level import Level
from huiying.notice import CONSOLE, Notice, NoticeState
from responders.notices.claiming import claim
from tests.builders import person
from tests.responders.channel_servers import ChannelServer
from tests.responders.notices.test_sending import running
from tests.responders.telling import TellingOffice, channel
from tests.responders.test_role import wait_for

ALERTS = 60
CHANNELS = ("fast", "slow", "broken")


def test_what_was_not_claimed_before_the_acknowledgment_never_goes_out(tell: Callable[..., TellingOffice]) -> None:
    office = tell(*map(channel, CHANNELS), retry_seconds=(1, 1, 1))
    ids = [f"concern-{number}:1" for number in range(ALERTS)]
    with ChannelServer() as server:
        office.urls |= {name: f"json://{server.place}/{name}" for name in CHANNELS}
        for id in ids:
            office.raise_alert(Level.RED, id)
        office.notify()
        waiting = acknowledge_while_sending(office, server, ids)
    after = {notice.id: notice for name in CHANNELS for notice in office.notices(name)}
    late = [notice.id for notice in waiting if after[notice.id].attempts != notice.attempts]
    assert late == []
    assert waiting, "some were still waiting when they were acknowledged, or nothing was tried here"
    assert any(notice.state is NoticeState.SENT for notice in after.values()), "and some had gone out"
    assert {after[notice.id].state for notice in waiting} == {NoticeState.STOPPED}


def acknowledge_while_sending(office: TellingOffice, server: ChannelServer, ids: list[str]) -> list[Notice]:
    """Every alert acknowledged by one of three people; the notices that waited when each of them had done so."""
    waiting: list[Notice] = []
    chance = random.Random(46)
    chance.shuffle(ids)

    def acknowledge(mine: list[str]) -> None:
        for id in mine:
            server.arrived.acquire(timeout=0.2)
            office.handling.acknowledge(id, by=person())
            with office.register.reading() as tx:
                found = [n for n in tx.notices.newest(CHANNELS, [NoticeState.WAITING], 1000) if n.subject == id]
            waiting.extend(found)

    people = [threading.Thread(target=acknowledge, args=(ids[start::3],)) for start in range(3)]
    with running(office.sender()):
        for each in people:
            each.start()
        for each in people:
            each.join(60)
        office.wait(seconds=30)
        assert wait_for(lambda: not pending(office))
    return waiting


def pending(office: TellingOffice) -> list[Notice]:
    with office.register.reading() as tx:
        return tx.notices.newest([*CHANNELS, CONSOLE], [NoticeState.WAITING, NoticeState.SENDING], 1000)


def test_of_what_was_claimed_at_most_that_one_message_still_goes_out(tell: Callable[..., TellingOffice]) -> None:
    office = tell(channel(), channel("other"), retry_seconds=(1, 1))
    with ChannelServer() as server:
        office.urls |= {"webhook": f"json://{server.place}/hang", "other": f"json://{server.place}/broken"}
        office.raise_alert(Level.RED)
        office.notify()
        with running(office.sender()):
            for _ in range(2):
                assert server.arrived.acquire(timeout=20)
            office.handling.acknowledge("concern-1:1", by=person())
            server.release.set()
            assert wait_for(lambda: office.states() == [(NoticeState.SENT, "")])
            office.wait(seconds=60)
            assert wait_for(lambda: office.states("other") == [(NoticeState.STOPPED, "李静已知悉")])
        assert len(server.requests) == 2


def test_an_acknowledgment_waits_for_a_claim_that_is_being_made(tell: Callable[..., TellingOffice]) -> None:
    office = tell(channel())
    office.raise_alert(Level.RED)
    office.notify()
    [webhook] = office.rules.channels.enabled
    acknowledging = threading.Thread(
        target=office.handling.acknowledge, args=("concern-1:1",), kwargs={"by": person()}
    )
    with office.register.transaction() as tx:
        assert claim(tx, webhook, 2, "http://127.0.0.1", office.clock.now())
        acknowledging.start()
        acknowledging.join(0.5)
        assert acknowledging.is_alive()
    acknowledging.join(20)
    assert office.the_alert().state is AlertState.ACKNOWLEDGED
