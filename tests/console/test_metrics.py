"""What Prometheus is told, quickly also while a store is away, and what the documents say of it."""

import re
import socket
import threading
import time
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from console.app import create_app
from console.metrics import OfficeCollector
from console.vitals import Vitals, VitalsCollector
from console.watching import StoreWatch
from huiying.bus.kafka import KafkaBus
from huiying.bus.sqlite import SqliteBus
from huiying.failures import Unavailable
from huiying.messages import AlertRaised, ConcernChanged
from huiying.register.register import Register
from huiying.settings import KafkaSettings
from tests.console.client import Client
from tests.console.night import Night

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def test_metrics_count_what_the_stores_hold(busy: Night, client: Client) -> None:
    message = AlertRaised(alert="a-1", concern=None, source="forum", level="red")
    busy.bus.publish([message, message])
    with busy.register.transaction() as tx:
        tx.leases.take("gatherer", "host-1-abc", 10)
        tx.leases.take("source:forum", "host-1-abc", 10)
        tx.outbox.add([ConcernChanged(concern="c-1", concern_version=1)])
        newest = tx.outbox.newest()
    metrics = client.get("/metrics").text
    assert 'huiying_store_up{store="bus"} 1.0' in metrics
    assert 'huiying_stage_unread_messages{stage="tasking"} 2.0' in metrics
    assert 'huiying_stage_unread_messages{stage="assessing"} 0.0' in metrics
    assert "huiying_outbox_unsent_messages 1.0" in metrics
    assert 'huiying_open_alerts{level="red"} 2.0' in metrics
    assert 'huiying_posts{fate="gathered"} 3.0' in metrics
    assert 'huiying_source_failures_in_a_row{source="forum"} 8.0' in metrics
    assert 'huiying_lease_left_seconds{holder="host-1-abc",lease="gatherer"} 10.0' in metrics
    assert "source:forum" not in metrics
    assert f"huiying_change_number {float(newest)}" in metrics


def test_while_the_bus_is_away_the_rest_is_told(night: Night) -> None:
    console = night.console(bus=lambda: SqliteBus(Path("/dev/null/bus.db")))
    metrics = Client(create_app(console)).get("/metrics").text
    assert 'huiying_store_up{store="bus"} 0.0' in metrics
    assert 'huiying_store_up{store="register"} 1.0' in metrics
    assert 'huiying_store_up{store="archive"} 1.0' in metrics
    assert "huiying_concerns 0.0" in metrics
    assert "huiying_stage_unread_messages" not in metrics


def test_a_bus_that_takes_connections_and_says_nothing_is_away(night: Night) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        bus = KafkaBus(f"kafka://127.0.0.1:{mute.getsockname()[1]}", KafkaSettings())
        metrics = Client(create_app(night.console(bus=lambda: bus))).get("/metrics").text
    bus.close()
    assert 'huiying_store_up{store="bus"} 0.0' in metrics
    assert 'huiying_store_up{store="register"} 1.0' in metrics


def test_while_the_register_is_away_the_bus_is_told(night: Night) -> None:
    register = Register("sqlite:////dev/null/register.db", night.clock)
    metrics = Client(create_app(night.console(register=register))).get("/metrics").text
    assert 'huiying_store_up{store="register"} 0.0' in metrics
    assert "huiying_stage_unread_messages" in metrics
    assert "huiying_concerns" not in metrics


def test_a_store_is_asked_once_however_often_one_looks() -> None:
    watch = StoreWatch(partial(next, count(1)))
    for _ in range(50):
        watch.begin()
        assert watch.told(time.monotonic() + 10) == 1


def test_a_store_that_hangs_holds_nobody_up_and_is_asked_by_one_thread() -> None:
    release, entered = threading.Event(), threading.Semaphore(0)

    def hang() -> str:
        entered.release()
        release.wait(20)
        return "late"

    watch = StoreWatch(hang)
    for _ in range(3):
        watch.begin()
        assert watch.told(time.monotonic() + 0.05) is None
    assert entered.acquire(timeout=10)
    assert not entered.acquire(blocking=False)
    release.set()
    assert watch.told(time.monotonic() + 10) == "late"


def test_a_store_that_is_away_tells_nothing() -> None:
    def away() -> str:
        raise Unavailable("gone")

    watch = StoreWatch(away)
    watch.begin()
    assert watch.told(time.monotonic() + 10) is None


@pytest.mark.usefixtures("busy")
def test_every_metric_stands_in_the_documents_and_the_other_way_round(night: Night) -> None:
    exposed = {
        family.name + ("_total" if family.type == "counter" else "")
        for collector in (
            OfficeCollector(night.console()),
            VitalsCollector(Vitals(role="consume", process="one")),
        )
        for family in collector.collect()
    }
    documented = set(re.findall(r"^\| `(huiying_\w+)`", OPERATIONS.read_text("utf-8"), re.MULTILINE))
    assert documented == exposed
