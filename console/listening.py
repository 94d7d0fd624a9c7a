"""Serves a web application with uvicorn until told to stop."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI


def listen(
    app: FastAPI,
    where: tuple[str, int],
    stop: threading.Event,
    *,
    proxies: tuple[str, ...] = ("127.0.0.1",),
    before_end: Callable[[], None] = lambda: None,
) -> None:
    """Serve at this address and port until `stop` is set, then let open requests end.

    `proxies` are those whose word about a visitor's address is believed; `before_end` ends what would never end.
    """
    host, port = where
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    threading.Thread(target=_stop_with, args=(server, stop, before_end), daemon=True).start()
    server.run()


class _Server(uvicorn.Server):
    """Leaves signals alone: the role decides when to stop, and open streams have to be closed first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured."""
        yield


def _stop_with(server: uvicorn.Server, stop: threading.Event, before_end: Callable[[], None]) -> None:
    stop.wait()
    before_end()
    server.should_exit = True
