"""Serves the console with uvicorn until told to stop."""

import contextlib
import ipaddress
import threading
from collections.abc import Callable, Iterator

import uvicorn

from console.app import create_app
from console.wiring import Office
from huiying.failures import Misconfigured


def must_be_loopback(host: str) -> None:
    """Refuse any address but this machine's own: until sign-in exists, who reaches the console may do anything."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise Misconfigured(
            f"HUIYING_HOST：“{host}”不是本机地址。控制台还没有登录，谁能连上谁就能处置，所以只监听 127.0.0.1。"
            "要在别的机器上看，请用 SSH 转发：ssh -L 8000:127.0.0.1:8000 服务器"
        )


def serve_console(office: Office, port: int, stop: threading.Event) -> None:
    """Serve until `stop` is set, then let open requests end."""
    must_be_loopback(office.settings.host)
    app = create_app(office.console())
    config = uvicorn.Config(
        app,
        host=office.settings.host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    threading.Thread(target=_stop_with, args=(server, stop, app.state.close_streams), daemon=True).start()
    server.run()


class _Server(uvicorn.Server):
    """Leaves signals alone: the role decides when to stop, and open streams have to be closed first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured."""
        yield


def _stop_with(server: uvicorn.Server, stop: threading.Event, close_streams: Callable[[], None]) -> None:
    stop.wait()
    close_streams()
    server.should_exit = True
