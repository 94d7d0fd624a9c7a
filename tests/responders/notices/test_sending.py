"""What is due goes out by real channels, again where it failed, and never once nobody needs it any more."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from huiying.level import Level
from huiying.notice import GROUP, NoticeState
from huiying.policy.channels import Hours
from huiying.register.leases import LeaseLost
from responders.notices.claiming import CLAIM_SECONDS, claim
from responders.notices.posting import Courier
from responders.notices.sending import Sender
from tests.builders import make_task, person
from tests.responders.channel_servers import KEY, PASSWORD, SECRET, SECRETS, TOKEN, ChannelServer, MailServer
from tests.responders.telling import TellingOffice, channel
from tests.responders.test_role import wait_for
from tests.services.server import free_port

Tell = Callable[..., TellingOffice]


@pytest.fixture
def server() -> Iterator[ChannelServer]:
    with ChannelServer() as each:
        yield each


def red_alerts(office: TellingOffice, count: int = 1) -> None:
    for number in range(1, count + 1):
        office.raise_alert(Level.RED, f"concern-{number}:1")
    office.notify()


def attempts(office: TellingOffice, name: str = "webhook") -> list[tuple[bool, str]]:
    with office.register.reading() as tx:
        return [(each.arrived, each.words) for n in office.notices(name) for each in tx.notices.attempts(n.id)]


def test_a_notice_says_level_number_deadline_and_link(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel())
    office.urls["webhook"] = f"json://{server.place}/hook"
    red_alerts(office)
    with office.register.transaction() as tx:
        tx.tasks.insert(make_task())
    assert office.sender().send_due() == 1
    head = "红色提示 2014-1　对外时限 6月1日12:02"
    [request] = server.requests
    assert request.json["title"] == head
    assert request.json["message"] == f"{head}　http://huiying.example.gov.cn/concerns/concern-1"
    assert office.states() == [(NoticeState.SENT, "")]
    assert attempts(office) == [(True, "")]
    assert office.sender().send_due() == 0


def test_each_person_gets_it_at_their_own_address(tell: Tell) -> None:
    office = tell(channel("mail", group=False))
    red_alerts(office)
    with MailServer() as server:
        office.urls["mail"] = f"mailto://h:{PASSWORD}@{server.place}?from=h@example.gov.cn&to={{address}}"
        assert office.sender().send_due() == 2
    assert server.recipients == ["rcpt TO:<chen@example.gov.cn>", "rcpt TO:<li@example.gov.cn>"]


def test_what_is_due_for_the_same_people_travels_together_the_highest_first(
    tell: Tell, server: ChannelServer
) -> None:
    office = tell(channel(digest_minutes=30))
    office.urls["webhook"] = f"json://{server.place}/hook"
    for number, level in enumerate((Level.YELLOW, Level.ORANGE, Level.RED), start=1):
        office.raise_alert(level, f"concern-{number}:1")
    office.notify()
    assert office.sender().send_due() == 1
    office.wait(minutes=30)
    assert office.sender().send_due() == 1
    first, digest = (str(request.json["message"]).splitlines() for request in server.requests)
    assert [line[:4] for line in first + digest] == ["红色提示", "橙色提示", "黄色提示"]
    assert server.requests[0].json["title"] == "红色提示 2014-3　对外时限未定　等 2 条"


def test_an_alert_that_rose_while_it_waited_is_one_line_of_the_message(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel(digest_minutes=30))
    office.urls["webhook"] = f"json://{server.place}/hook"
    office.raise_alert(Level.YELLOW)
    office.notify()
    office.wait(minutes=30)
    office.set_level(Level.RED)
    office.notify()
    assert office.sender().send_due() == 1
    assert str(server.requests[0].json["message"]).count("红色提示") == 1
    assert office.states() == [(NoticeState.SENT, "")] * 2


def test_a_failure_is_written_and_tried_again_ever_later_until_it_is_given_up(
    tell: Tell, server: ChannelServer
) -> None:
    office = tell(channel(), retry_seconds=(30, 120))
    office.urls["webhook"] = f"json://{server.place}/broken"
    red_alerts(office)
    for wait in (0, 30, 120, 9999):
        office.wait(seconds=wait - 1)
        assert office.sender().send_due() == 0
        office.wait(seconds=1)
        office.sender().send_due()
    assert len(server.requests) == 3
    assert attempts(office) == [(False, "对方答复 HTTP 500")] * 3
    assert office.states() == [(NoticeState.FAILED, "对方答复 HTTP 500")]


def test_one_that_hangs_holds_up_nobody_else(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel("hangs"), channel("closed"), channel("works"))
    office.urls |= {
        "hangs": f"json://{server.place}/hang",
        "closed": f"json://127.0.0.1:{free_port()}/hook",
        "works": f"json://{server.place}/hook",
    }
    red_alerts(office)
    with running(office.sender()):
        assert wait_for(lambda: office.states("works") == [(NoticeState.SENT, "")])
        assert wait_for(lambda: office.states("closed") == [(NoticeState.WAITING, "连接被拒绝：那里没有服务")])
        assert office.states("hangs") == [(NoticeState.SENDING, "")]
        server.release.set()
    assert office.states("hangs") == [(NoticeState.SENT, "")]


def test_a_channel_without_its_secret_says_which_is_missing(tell: Tell) -> None:
    office = tell(channel())
    red_alerts(office)
    office.sender().send_due()
    assert office.states() == [(NoticeState.WAITING, "没有设渠道地址（NOTICE_WEBHOOK_URL），或读不到")]


def test_acknowledging_stops_a_digest_that_waits_and_a_retry_under_way(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel(), channel("digest", digest_minutes=30), channel("mail", group=False))
    office.urls |= {"webhook": f"json://{server.place}/broken", "digest": f"json://{server.place}/hook"}
    office.urls["mail"] = f"json://{server.place}/broken"
    office.raise_alert(Level.YELLOW)
    office.notify()
    office.sender().send_due()
    before = len(server.requests)
    assert before == 2

    office.handling.acknowledge("concern-1:1", by=person())
    office.wait(hours=5)
    assert office.sender().send_due() == 0
    assert len(server.requests) == before
    assert {state for name in ("webhook", "digest", "mail") for state in office.states(name)} == {
        (NoticeState.STOPPED, "李静已知悉")
    }


def test_a_silenced_alert_is_told_only_when_its_silence_ends(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel())
    office.urls["webhook"] = f"json://{server.place}/hook"
    red_alerts(office)
    until = office.clock.now() + timedelta(hours=2)
    office.handling.silence("concern-1:1", until=until, reason="演练", by=person())
    office.sender().send_due()
    office.wait(hours=1, minutes=59)
    assert office.sender().send_due() == 0
    assert server.requests == []
    office.wait(minutes=1)
    assert office.sender().send_due() == 1


def test_a_retry_waits_for_the_end_of_quiet_hours_unless_it_is_red(tell: Tell, server: ChannelServer) -> None:
    quiet = Hours(begin="12:10", end="13:00")  # type: ignore[arg-type] # as it is written
    office = tell(channel(quiet=quiet), retry_seconds=(900,))
    office.urls["webhook"] = f"json://{server.place}/broken"
    office.raise_alert(Level.RED)
    office.raise_alert(Level.ORANGE, "concern-2:1")
    office.notify()
    office.sender().send_due()
    office.wait(minutes=15)
    assert office.sender().send_due() == 1
    assert server.bodies[-1].count("\\u63d0\\u793a") == 2, "one line: level in subject and message"
    office.wait(minutes=45)
    office.sender().send_due()
    assert len(server.requests) == 3


def test_after_a_crash_between_claim_and_receipt_it_is_sent_again_and_the_gap_stays_visible(
    tell: Tell, server: ChannelServer
) -> None:
    office = tell(channel(), retry_seconds=(30,))
    office.urls["webhook"] = f"json://{server.place}/hook"
    red_alerts(office)
    crash(office)
    office.wait(seconds=CLAIM_SECONDS - 1)
    assert office.sender().send_due() == 0
    office.wait(seconds=2)
    assert office.sender().send_due() == 1
    with office.register.reading() as tx:
        first, second = tx.notices.attempts(office.notices("webhook")[0].id)
    assert (first.ended_at, first.arrived) == (None, False)
    assert second.arrived


def test_crash_after_crash_is_bounded_by_the_number_of_tries(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel(), retry_seconds=(30,))
    office.urls["webhook"] = f"json://{server.place}/hook"
    red_alerts(office)
    for _ in range(2):
        crash(office)
        office.wait(seconds=CLAIM_SECONDS + 1)
    assert office.sender().send_due() == 0
    assert office.states() == [(NoticeState.FAILED, "上一次发送没有留下结果，可能已经送到")]
    assert server.requests == []


def crash(office: TellingOffice) -> None:
    """A process claims what is due and is never heard of again."""
    [each] = office.rules.channels.enabled
    with office.register.transaction() as tx:
        assert claim(tx, each, 2, "http://127.0.0.1", office.clock.now())


def test_a_stand_by_sends_nothing_and_takes_over(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel())
    office.urls["webhook"] = f"json://{server.place}/hook"
    with office.register.transaction() as tx:
        assert tx.leases.take("notices", "another", 10)
    red_alerts(office)
    assert office.sender().send_due() == 0
    with office.register.transaction() as tx:
        tx.leases.release("notices", "another")
    assert office.sender().send_due() == 1


def test_whoever_lost_the_lease_claims_nothing(tell: Tell, server: ChannelServer) -> None:
    office = tell(channel())
    office.urls["webhook"] = f"json://{server.place}/hook"
    red_alerts(office)
    sender = office.sender()
    assert sender._lease.held()
    with office.register.transaction() as tx:
        tx.leases.release("notices", "one")
        assert tx.leases.take("notices", "another", 10)
    with pytest.raises(LeaseLost):
        sender.send_due()
    assert server.requests == []


class running:
    """A sender at work for as long as the block runs."""

    def __init__(self, sender: Sender) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=sender.run, args=(self._stop,))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


def test_no_secret_reaches_a_log_or_a_row_whatever_goes_wrong(
    tell: Tell, server: ChannelServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    closed, robot = free_port(), f"?key={KEY}&secret={SECRET}"
    urls = {
        "refuses": f"wecomrobot://{server.place}/cgi-bin/webhook/send?key={TOKEN}",
        "breaks": f"wecomrobot://{server.place}/broken/{TOKEN}{robot}",
        "rambles": f"dingrobot://{server.place}/garbage/{TOKEN}{robot}",
        "closed": f"feishurobot://127.0.0.1:{closed}/open-apis/bot/v2/hook/{TOKEN}{robot}",
        "tls": f"wecomrobots://{server.place}/{TOKEN}{robot}",
        "json": f"json://user:{PASSWORD}@{server.place}/broken/{TOKEN}",
        "jsons": f"jsons://user:{PASSWORD}@{server.place}/{TOKEN}?-key={KEY}",
        "form": f"form://user:{PASSWORD}@127.0.0.1:{closed}/{TOKEN}?+Authorization={KEY}",
        "mail": f"mailto://user:{PASSWORD}@127.0.0.1:{closed}?from=a@b.cn&to=c@d.cn",
        "nothing": f"nothing://{TOKEN}:{PASSWORD}@host/{KEY}",
        "drips": f"wecomrobot://{server.place}/drip/{TOKEN}{robot}",
    }
    office = tell(*(channel(name) for name in urls), retry_seconds=(1,))
    office.urls |= urls
    red_alerts(office)
    for _ in range(2):
        office.sender(partial(Courier, 1)).send_due()
        office.wait(seconds=2)
    printed = capfd.readouterr()
    rows = [repr(office.notices(name)) + repr(attempts(office, name)) for name in urls]
    told = "\n".join([caplog.text, *(repr(vars(record)) for record in caplog.records), *printed, *rows])
    assert all(office.states(name)[0][0] is NoticeState.FAILED for name in urls)
    assert [secret for secret in SECRETS if secret in told] == []
    assert GROUP in told
