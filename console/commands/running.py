"""Commands that run the office: the whole of it, or one of its roles."""

import threading
from pathlib import Path

import click

from console.announcing import announced
from console.commands.options import metrics_at, metrics_port_option, with_office
from console.commands.speaking import Command
from console.demo_people import read_demo_people
from console.reloading import ConfigWatch
from console.roles import consumer_roles, office_roles, respond_role
from console.serving import serve_console
from console.supervisor import Supervisor, stop_on_signals
from console.vitals import Vitals, telling
from console.wiring import Office
from consumers.stages import CONSUMER_STAGES
from huiying.loop import Loop


@click.command(
    "run",
    cls=Command,
    help="""运行整个单位：采集、研判、处置、控制台，各为一个受看护的子进程。

设了 HUIYING_PUBLIC_PORT 的，另开公众页面。

\b
例：huiying run --config 我的单位 --data var""",
)
@with_office
def run(office: Office) -> None:
    """Run the four roles, and the public page where it has a port, as supervised child processes."""
    if office.settings.public_port:
        office.policy.public.must_be_reachable()
    Supervisor(office_roles(office), ConfigWatch(office).outdated).run(stop_on_signals())


@click.command(
    "consume",
    cls=Command,
    help="""研判：判断帖文、归并事项。不指定工序时每道工序开一个子进程。

\b
例：huiying consume
    huiying consume --stage assessing""",
)
@click.option("--stage", type=click.Choice(list(CONSUMER_STAGES)), default=None, help="只运行这一道工序")
@metrics_port_option
@with_office
def consume(office: Office, stage: str | None, metrics_port: int | None) -> None:
    """Run the consume role, or one of its stages."""
    stop = stop_on_signals()
    if stage:
        loop = office.loop(stage)
        vitals = Vitals(role="consume", process=office.holder, pulses={loop.name: loop.pulse}, loops=[loop])
        threading.Thread(target=_stop_with, args=(loop, stop), daemon=True).start()
        with telling(vitals, metrics_at(office, metrics_port)), announced(office, stage):
            loop.run()
        return
    roles = consumer_roles(office, metrics_port or office.settings.metrics_port)
    Supervisor(roles, ConfigWatch(office).outdated).run(stop)


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
@metrics_port_option
@with_office
def respond(office: Office, metrics_port: int | None) -> None:
    """Run the respond role: relay, stages and timers, each in a thread."""
    role = respond_role(office)
    vitals = Vitals(role="respond", process=office.holder, pulses=role.pulses, loops=role.loops)
    with telling(vitals, metrics_at(office, metrics_port)), announced(office, "respond"):
        role.run(stop_on_signals())


@click.command(
    "serve",
    cls=Command,
    help="""控制台与接口。新建第一个账号（huiying users add）以前只监听本机地址。

\b
例：huiying serve --port 8000""",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口；缺省取 HUIYING_PORT")
@click.option("--demo-people", type=click.Path(exists=True, dir_okay=False, path_type=Path), hidden=True)
@metrics_port_option
@with_office
def serve(office: Office, port: int | None, demo_people: Path | None, metrics_port: int | None) -> None:
    """Serve the console; `--demo-people` is how `huiying demo` tells it whom to offer for signing in."""
    people = read_demo_people(demo_people) if demo_people else ()
    at = metrics_at(office, metrics_port)
    serve_console(office, port or office.settings.port, stop_on_signals(), at, people)


COMMANDS = (run, consume, respond, serve)
