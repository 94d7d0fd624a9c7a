"""Commands that run the office: the whole of it, one role, or the demonstration."""

import threading
from pathlib import Path

import click

from console.commands.options import with_office
from console.commands.speaking import Command, note, print_line
from console.demo import Demo
from console.roles import consumer_roles, crawl_role, office_roles, respond_role
from console.serving import serve_console
from console.supervisor import SUPERVISED, Supervisor, stop_on_signals
from console.wiring import Office
from consumers.stages import CONSUMER_STAGES
from huiying.loop import Loop

supervised = click.option(SUPERVISED, is_flag=True, hidden=True)


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
    Supervisor(office_roles(office)).run(stop_on_signals(supervised=False))


@click.command(
    "crawl",
    cls=Command,
    help="""采集：按各信源的时间表抓取；可多开，每个信源同时只有一个进程在抓。

\b
例：huiying crawl
    huiying crawl --once        每个信源抓一次即退出""",
)
@click.option("--once", is_flag=True, help="每个已启用的信源抓一次即退出")
@supervised
@with_office
def crawl(office: Office, once: bool, supervised: bool) -> None:
    """Run the crawl role."""
    role = crawl_role(office)
    if once:
        role.run_once()
    else:
        role.run(stop_on_signals(supervised=supervised))


@click.command(
    "consume",
    cls=Command,
    help="""研判：判断帖文、归并事项。不指定工序时每道工序开一个子进程。

\b
例：huiying consume
    huiying consume --stage assessing""",
)
@click.option("--stage", type=click.Choice(list(CONSUMER_STAGES)), default=None, help="只运行这一道工序")
@supervised
@with_office
def consume(office: Office, stage: str | None, supervised: bool) -> None:
    """Run the consume role, or one of its stages."""
    stop = stop_on_signals(supervised=supervised)
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
@supervised
@with_office
def respond(office: Office, supervised: bool) -> None:
    """Run the respond role: relay, stages and timers, each in a thread."""
    respond_role(office).run(stop_on_signals(supervised=supervised))


@click.command(
    "serve",
    cls=Command,
    help="""控制台与接口。登录功能启用前只监听本机地址。

\b
例：huiying serve --port 8000""",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="端口；缺省取 HUIYING_PORT")
@supervised
@with_office
def serve(office: Office, port: int | None, supervised: bool) -> None:
    """Serve the console."""
    serve_console(office, port or office.settings.port, stop_on_signals(supervised=supervised))


@click.command(
    "demo",
    cls=Command,
    help="""演示：在本机开一座样例城市，采集、研判、预警、交办，并打开控制台。

\b
例：huiying demo
    huiying demo --once         全部处理完，打印结果后退出""",
)
@click.option("--once", is_flag=True, help="全部处理完即退出，打印帖文、事项、预警、任务的数目")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="控制台端口")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="目录",
    help="数据目录；缺省用临时目录，退出时删去",
)
@click.option(
    "--config",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="目录",
    help="配置目录；缺省用随程序的缺省配置",
)
def demo(once: bool, port: int, data: Path | None, config: Path | None) -> None:
    """Show the whole chain on the sample city."""
    with Demo(data, config, everything=once) as city:
        if once:
            print_line(city.drain())
        else:
            note(f"样例城市已开，控制台：http://127.0.0.1:{port}/ ，按 Ctrl+C 结束")
            city.show(port, stop_on_signals(supervised=False))


COMMANDS = (run, crawl, consume, respond, serve, demo)
