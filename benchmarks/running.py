"""A whole office as `huiying run` starts it, for the benchmarks that measure it from outside."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from console.wiring import Office
from huiying.policy.policy import default_office
from huiying.settings import read_settings
from tests.signing_in import sign_in_as

TOKEN = "benchmark-token-of-enough-length"


@contextmanager
def running_office(folder: Path, stores: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """A running office: its port, and what a browser sends that is signed in there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = dict(stores) | {"HUIYING_PORT": str(port), "HUIYING_API_TOKEN": TOKEN, "HUIYING_LOG_LEVEL": "error"}
    running = subprocess.Popen(
        [sys.executable, "-m", "console", "run", "--data", str(folder)], env={**os.environ, **environment}
    )
    try:
        _wait_until_served(port)
        yield port, _signed_in(folder, stores)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait()


def _signed_in(folder: Path, stores: Mapping[str, str]) -> dict[str, str]:
    office = Office(read_settings(stores, folder), default_office())
    headers = sign_in_as(office.register)
    office.close()
    return headers


def _wait_until_served(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the office did not start within two minutes")


def send_posts(port: int, body: Sequence[Mapping[str, str]]) -> float:
    """Send posts; the moment before they were sent."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("POST", "/api/posts", json.dumps(body, ensure_ascii=False).encode(), headers)
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        raise SystemExit(f"POST /api/posts answered {answer.status}: {answer.read().decode()[:300]}")
    connection.close()
    return began
