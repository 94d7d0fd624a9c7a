"""What one process tells of itself, asked over its own port."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.processes import ask_processes
from console.vitals import SILENT_SECONDS, Vitals, telling
from huiying.bus.sqlite import SqliteBus
from huiying.failures import Misconfigured
from huiying.loop import Loop
from huiying.messages import ConcernChanged
from huiying.register.register import Register
from huiying.settings import Address
from huiying.stage import Done, Outcome, Refused
from tests.registers import empty_register
from tests.services.server import free_port


class Picky:
    """A stage that handles every concern but one."""

    name = "picky"
    reads = (ConcernChanged,)

    def __call__(self, batch: object) -> list[Outcome]:
        assert isinstance(batch, list)
        return [Refused(reason="not this one") if message.key == "no" else Done() for message in batch]


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """A loop that has handled three messages and put one of them aside."""
    bus, register = SqliteBus(tmp_path / "bus.db"), Register(empty_register(tmp_path))
    bus.publish([ConcernChanged(concern=name, concern_version=1) for name in ("a", "no", "b")])
    loop = Loop(Picky(), bus, register)
    loop.drain()
    yield loop
    bus.close()
    register.close()


@pytest.fixture
def vitals(loop: Loop) -> Vitals:
    return Vitals(role="consume", process="host-1-abc", pulses={loop.name: loop.pulse}, loops=[loop])


@pytest.fixture
def here(vitals: Vitals) -> Iterator[Address]:
    """Where the process of this loop answers."""
    address = Address(host="127.0.0.1", port=free_port())
    with telling(vitals, address):
        yield address


def get(address: Address, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_process_tells_what_its_stages_have_done(here: Address) -> None:
    (told,) = ask_processes([here])
    stage = json.loads(json.dumps(told))["stages"]["picky"]
    assert (told["role"], told["process"], told["stuck"]) == ("consume", "host-1-abc", [])
    assert (stage["handled"], stage["dead"], stage["bugs"], stage["batches"]) == (3, 1, 0, 1)
    assert (stage["standing_by"], stage["waits_for"]) == (False, None)


def test_the_same_stands_in_the_metrics(here: Address, loop: Loop) -> None:
    status, text = get(here, "/metrics")
    samples = {
        (sample.name, sample.labels.get("le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert status == 200
    assert samples["huiying_stage_handled_messages_total", None] == 3
    assert samples["huiying_stage_dead_letters_total", None] == 1
    assert samples["huiying_stage_batch_seconds_bucket", "+Inf"] == 1
    assert samples["huiying_stage_batch_seconds_count", None] == 1
    assert samples["huiying_stage_batch_seconds_sum", None] == pytest.approx(loop.counts.batches.together)
    assert samples["process_resident_memory_bytes", None] > 1_000_000


def test_a_stage_that_waits_or_stands_by_says_so(here: Address, loop: Loop) -> None:
    loop.counts.waits_for, loop.counts.standing_by = "the archive is away", True
    text = get(here, "/metrics")[1]
    assert 'huiying_stage_waiting{stage="picky"} 1.0' in text
    assert 'huiying_stage_standing_by{stage="picky"} 1.0' in text
    assert json.loads(get(here, "/healthz")[1])["stages"]["picky"]["waits_for"] == "the archive is away"


def test_a_process_with_a_stuck_part_is_not_healthy(here: Address, loop: Loop) -> None:
    assert get(here, "/healthz")[0] == 200
    loop.pulse.last -= SILENT_SECONDS + 1
    status, text = get(here, "/healthz")
    assert (status, json.loads(text)["stuck"]) == (503, ["picky"])
    loop.pulse.beat()
    assert get(here, "/healthz")[0] == 200


def test_nothing_else_is_answered(here: Address) -> None:
    assert get(here, "/")[0] == 404


def test_a_port_that_is_taken_is_told_with_the_remedy(here: Address) -> None:
    with (
        pytest.raises(Misconfigured, match=f"HUIYING_METRICS_PORT.*127.0.0.1:{here.port}"),
        telling(Vitals(role="crawl", process="two"), here),
    ):
        pass


def test_without_a_port_nothing_is_opened(vitals: Vitals) -> None:
    before = threading.active_count()
    with telling(vitals, None):
        assert threading.active_count() == before


def test_a_process_that_does_not_answer_is_away() -> None:
    (told,) = ask_processes([Address(host="127.0.0.1", port=free_port())])
    assert "refused" in str(told["away"])


def test_every_address_behind_a_name_is_asked(here: Address) -> None:
    told = ask_processes([Address(host="localhost", port=here.port)])
    assert [each["role"] for each in told if each["address"] == f"127.0.0.1:{here.port}"] == ["consume"]
