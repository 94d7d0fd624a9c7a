"""Commands that judge and gather texts without keeping them."""

from typing import IO

import click

from console.commands.options import with_office
from console.commands.speaking import BadLines, Command, id_and_text_lines, print_lines
from console.wiring import Office
from consumers.grouping.lines import group_lines
from consumers.judging.lines import judge_lines


@click.command(
    "judge",
    cls=Command,
    help="""判断文本而不留存：语气、关注、牵头单位、职责事项、诉求类别、紧急程度。

输入每行 {"id","text"}，或每行一段文字；不给文件则读标准输入。输出顺序与输入相同。

\b
例：huiying judge 帖文.jsonl
    echo 水管爆了没人修 | huiying judge --why""",
)
@click.argument("file", required=False, type=click.File("rb"), default="-", metavar="[文件]")
@click.option("--why", is_flag=True, help="另给出起决定作用的词（because）")
@with_office
def judge(office: Office, file: IO[bytes], why: bool) -> None:
    """Judge texts without keeping them."""
    bad = BadLines()
    names = {bureau.id: bureau.name for bureau in office.policy.bureaus}
    print_lines(judge_lines(office.judge, id_and_text_lines(file, bad), names, why=why))
    bad.end()


@click.command(
    "gather",
    cls=Command,
    help="""离线归并：同一事项的文本得到同一个 concern。

输入每行 {"id","text","title"?,"time"?}；输出每行 {"id","concern"}，顺序与输入相同。

\b
例：huiying gather 帖文.jsonl""",
)
@click.argument("file", required=False, type=click.File("rb"), default="-", metavar="[文件]")
@with_office
def gather(office: Office, file: IO[bytes]) -> None:
    """Group texts into concerns without keeping them."""
    bad = BadLines()
    print_lines(group_lines(id_and_text_lines(file, bad), office.policy.gathering))
    bad.end()


COMMANDS = (judge, gather)
