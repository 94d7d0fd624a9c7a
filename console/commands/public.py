"""The command that serves the page for the public, in a process that has no console in it."""

import click

from console.commands.options import metrics_at, metrics_port_option, with_office
from console.commands.speaking import Command
from console.listening import listen
from console.public.app import create_public_app
from console.supervisor import stop_on_signals
from console.vitals import Vitals, telling
from console.wiring import Office
from huiying.failures import Misconfigured


@click.command(
    "public",
    cls=Command,
    help="""公众页面：个人信息处理规则，拒绝、删除等请求的受理，“回应关切”专栏。无须登录，里面没有控制台。

config/public.yaml 的联系方式没有填的不启动。对外由反向代理转来，见 docs/operations.md。

\b
例：huiying public --port 8080""",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口；缺省取 HUIYING_PUBLIC_PORT")
@metrics_port_option
@with_office
def public(office: Office, port: int | None, metrics_port: int | None) -> None:
    """Serve the public page."""
    settings = office.settings
    chosen = port or settings.public_port
    if chosen is None:
        raise Misconfigured("公众页面没有端口：请写 --port 8080，或设 HUIYING_PUBLIC_PORT")
    app = create_public_app(office.public())
    with telling(Vitals(role="public", process=office.holder), metrics_at(office, metrics_port)):
        listen(app, (settings.public_host, chosen), stop_on_signals(), proxies=settings.public_proxies)


COMMANDS = (public,)
