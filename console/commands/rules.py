"""Commands about the rules: when something is due, and how matters are handled."""

import click

from console.commands.options import with_office
from console.commands.speaking import Command, print_lines, refuse
from console.procedure_page import procedures_as_markdown
from console.wiring import Office
from huiying.moments import read_moment
from huiying.procedure import Regime
from responders.proceedings.clocks import due_lines


@click.command(
    "due",
    cls=Command,
    help="""一个程序的全部时限，每行一个：环节、到期、是否暂定、计入的日子、依据。

\b
例：huiying due opinion-response --from 2026-11-21T21:58
    huiying due opinion-response --from 2014-06-01T09:00 --regime 2014""",
)
@click.argument("procedure", metavar="程序")
@click.option("--from", "start", required=True, metavar="时刻", help="起点，北京时间，如 2026-11-21T21:58")
@click.option(
    "--regime",
    type=click.Choice([regime.value for regime in Regime]),
    default=Regime.CURRENT.value,
    show_default=True,
    help="适用的制度：2014 年的或现行的",
)
@with_office
def due(office: Office, procedure: str, start: str, regime: str) -> None:
    """Print every clock of a procedure."""
    moment = read_moment(start, office.clock.now())
    if moment is None:
        refuse(f"看不懂时刻“{start}”，应如 2026-11-21T21:58")
        return
    procedures = office.policy.procedures
    if procedure not in procedures:
        refuse(f"没有程序“{procedure}”，现有：{'、'.join(procedures)}")
    print_lines(due_lines(procedures[procedure], moment, Regime(regime), office.policy.calendar))


@click.command(
    "procedures",
    cls=Command,
    help="""本单位的办理程序，写成一页 Markdown：环节、流程图、每个时限及其依据。

\b
例：huiying procedures > 办理程序.md""",
)
@with_office
def procedures(office: Office) -> None:
    """Print every procedure as a page for people."""
    click.echo(procedures_as_markdown(office.policy.procedures), nl=False)


COMMANDS = (due, procedures)
