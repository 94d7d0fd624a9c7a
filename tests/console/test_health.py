"""Alive and ready."""

from tests.console.client import Client


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"register": "ok", "archive": "ok"})
