"""Alive, ready, and how it is doing."""

from tests.console.client import Client
from tests.console.night import Night


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"register": "ok", "archive": "ok"})


def test_metrics_count_what_the_register_holds(busy: Night, client: Client) -> None:
    metrics = client.get("/metrics").text
    assert 'huiying_open_alerts{level="red"} 2.0' in metrics
    assert 'huiying_posts{fate="gathered"} 3.0' in metrics
    assert 'huiying_source_failures_in_a_row{source="forum"} 8.0' in metrics
    with busy.register.reading() as tx:
        assert f"huiying_change_number {float(tx.outbox.newest())}" in metrics
