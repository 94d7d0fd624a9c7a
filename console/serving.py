"""Serves the console until told to stop."""

import ipaddress
import threading
from collections.abc import Callable, Sequence

import structlog

from console.announcing import announced
from console.app import create_app
from console.listening import listen
from console.office import DemoPerson
from console.vitals import Vitals, telling
from console.wiring import Office
from huiying.failures import Misconfigured
from huiying.settings import Address

log = structlog.get_logger()

_NOT_YET = (
    "{setting}不是本机地址，而本系统还没有账号。请先新建第一个："
    "huiying users add 账号 --name 姓名 --role administrator，再启动控制台。"
    "此前只监听 127.0.0.1；要在别的机器上看，请用 SSH 转发：ssh -L 8000:127.0.0.1:8000 服务器。"
    "在容器里运行、端口只发布在本机 127.0.0.1 上的，请设 HUIYING_PUBLISHED_ON=127.0.0.1"
)


def must_stay_on_this_machine(host: str, published_on: str | None, anybody_known: Callable[[], bool]) -> None:
    """Refuse any address but this machine's own until there is an account: nobody beyond it can be let in before.

    A console in a container must listen beyond the container's own loopback; without an account it may where
    `published_on` says that the container's port is published on loopback of the machine.
    """
    if _is_loopback(host) and (published_on is None or _is_loopback(published_on)):
        return
    if published_on is not None and _is_loopback(published_on):
        log.warning("the console relies on its port being published on this machine only", published_on=published_on)
        return
    if not anybody_known():
        asked = f"HUIYING_HOST：“{host}”" if published_on is None else f"HUIYING_PUBLISHED_ON：“{published_on}”"
        raise Misconfigured(_NOT_YET.format(setting=asked))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve_console(
    office: Office,
    port: int,
    stop: threading.Event,
    metrics_at: Address | None,
    demo_people: Sequence[DemoPerson] = (),
) -> None:
    """Serve until `stop` is set, then let open requests end."""
    console = office.console(demo_people)
    settings = office.settings
    must_stay_on_this_machine(settings.host, settings.published_on, console.entrance.anybody_known)
    app = create_app(console)
    vitals = Vitals(role="serve", process=office.holder)
    with telling(vitals, metrics_at, app.state.collector), announced(office, "serve"):
        listen(app, (settings.host, port), stop, before_end=app.state.close_streams)
