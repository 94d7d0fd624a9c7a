"""The command that crawls."""

import click

from console.announcing import announced
from console.commands.options import metrics_at, metrics_port_option, with_office
from console.commands.speaking import Command
from console.crawling import crawl_role
from console.supervisor import stop_on_signals
from console.vitals import Vitals, telling
from console.wiring import Office


@click.command(
    "crawl",
    cls=Command,
    help="""采集：按各信源的时间表抓取；可多开，每个信源同时只有一个进程在抓。

\b
例：huiying crawl
    huiying crawl --once        每个信源抓一次即退出""",
)
@click.option("--once", is_flag=True, help="每个已启用的信源抓一次即退出")
@metrics_port_option
@with_office
def crawl(office: Office, once: bool, metrics_port: int | None) -> None:
    """Run the crawl role."""
    role = crawl_role(office)
    if once:
        role.run_once()
        return
    vitals = Vitals(role="crawl", process=office.holder, pulses={"crawling": role.pulse})
    with telling(vitals, metrics_at(office, metrics_port)), announced(office, "crawl"):
        role.run(stop_on_signals())


COMMANDS = (crawl,)
