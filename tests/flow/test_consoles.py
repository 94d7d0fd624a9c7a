"""Any console answers any browser: a stream that one of them began goes on at another, without gap or repeat."""

import http.client
import json
import signal
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from huiying.messages import AlertRaised
from tests.flow.running import Place
from tests.services.server import free_port, in_time
from tests.signing_in import sign_in_as

pytestmark = pytest.mark.slow


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=pytest.mark.servers)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An office with its register in one folder or on a server."""
    if request.param == "embedded":
        return Place(folder=tmp_path, environment={})
    return Place(folder=tmp_path, environment={"HUIYING_REGISTER": request.getfixturevalue("database_url")})


@pytest.fixture
def ports(place: Place) -> Iterator[tuple[int, int]]:
    """Two consoles of the same office."""
    ports = free_port(), free_port()
    consoles = [place.begin("serve", "--port", str(port)) for port in ports]
    yield ports
    for console in consoles:
        console.end(signal.SIGTERM)


def _ready(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
    except OSError:
        return False


def _stream(port: int, after: int, signed_in: Mapping[str, str]) -> Generator[int, None, None]:
    """The alerts that a browser hears of which has heard of everything up to a change number."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"} | dict(signed_in)
        connection.request("GET", "/live", headers=headers)
        for line in connection.getresponse():
            if line.startswith(b"data: ") and (facts := json.loads(line[6:])).get("topic") == AlertRaised.topic:
                yield facts["number"]


def test_a_stream_goes_on_at_another_console(place: Place, ports: tuple[int, int]) -> None:
    assert in_time(lambda: all(map(_ready, ports)), 60.0)
    office = place.office()
    signed_in = sign_in_as(office.register)

    def tell(*names: str) -> None:
        with office.register.transaction() as tx:
            tx.outbox.add([AlertRaised(alert=name, concern=name, source=None, level="red") for name in names])
        office.relay().drain()

    tell("甲", "乙")
    here = _stream(ports[0], 0, signed_in)
    assert [next(here), next(here)] == [1, 2]
    here.close()
    tell("丙", "丁")
    there = _stream(ports[1], 2, signed_in)
    assert [next(there), next(there)] == [3, 4]
    tell("戊")
    assert next(there) == 5
    office.close()
