"""Commands that run the office: the whole of it, or one of its roles."""

import threading

import click

from console.commands.options import with_office
from console.commands.speaking import Command
from console.roles import consumer_roles, office_roles, respond_role
from console.serving import serve_console
from console.supervisor import Supervisor, stop_on_signals
from console.wiring import Office
from consumers.stages import CONSUMER_STAGES
from huiying.loop import Loop


@click.command(
    "run",
    cls=Command,
    help="""运行整个单位：采集、研判、处置、控制台，各为一个受看护的子进程。

\b
例：huiying run --config 我的单位 --data var""",
)
@with_office
def run(office: Office) -> None:
    """Run the four roles as supervised child processes."""
    office.register.close()  # its schema is up to date before four processes open it at once
    Supervisor(office_roles(office)).run(stop_on_signals())


@click.command(
    "consume",
    cls=Command,
    help="""研判：判断帖文、归并事项。不指定工序时每道工序开一个子进程。

\b
例：huiying consume
    huiying consume --stage assessing""",
)
@click.option("--stage", type=click.Choice(list(CONSUMER_STAGES)), default=None, help="只运行这一道工序")
@with_office
def consume(office: Office, stage: str | None) -> None:
    """Run the consume role, or one of its stages."""
    stop = stop_on_signals()
    if stage:
        loop = office.loop(stage)
        threading.Thread(target=_stop_with, args=(loop, stop), daemon=True).start()
        loop.run()
        return
    office.register.close()
    Supervisor(consumer_roles(office)).run(stop)


def _stop_with(loop: Loop, stop: threading.Event) -> None:
    stop.wait()
    loop.stop()


@click.command(
    "respond",
    cls=Command,
    help="""处置：发出预警、开出任务、看住时限。可多开，定时与转发同时只有一个进程在做。

\b
例：huiying respond""",
)
@with_office
def respond(office: Office) -> None:
    """Run the respond role: relay, stages and timers, each in a thread."""
    respond_role(office).run(stop_on_signals())


@click.command(
    "serve",
    cls=Command,
    help="""控制台与接口。登录功能启用前只监听本机地址。

\b
例：huiying serve --port 8000""",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口；缺省取 HUIYING_PORT")
@with_office
def serve(office: Office, port: int | None) -> None:
    """Serve the console."""
    serve_console(office, port or office.settings.port, stop_on_signals())


COMMANDS = (run, consume, respond, serve)
