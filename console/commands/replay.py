"""The command that replays posts of the past: which alerts and tasks would have come of them, and when."""

import sys
from pathlib import Path

import click
from tqdm import tqdm

from console.commands.options import with_office
from console.commands.speaking import Command, note, print_lines, refuse
from console.replaying import replay
from console.wiring import Office


@click.command(
    "replay",
    cls=Command,
    help="""回放：按帖文自己的时间把一份文件走一遍全过程（收件、研判、归并、预警、交办），列出会发出的预警和任务。

只用现行配置，一切写入临时台账，用后即删，本单位的数据不动。次序由时间和编号决定，与文件中的先后、分批无关。

输入与 import 相同，每行 {"id","text","title"?,"time","source"?}；没有时间的行不能回放，逐行说明，其余照常。
输出每行 {"kind":"alert"或"task","at","concern","level","posts":[文件中的编号],"bureau",…}：
posts 是到那一刻为止该事项的帖文；highest 是该预警后来达到的最高级别。

\b
例：huiying replay 上周帖文.jsonl
    HUIYING_SCOPE=everywhere huiying replay 帖文.jsonl --config 改过的配置""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件")
@with_office
def replay_file(office: Office, file: Path) -> None:
    """Replay a file in event time."""
    refusals = 0

    def refused(where: str, reason: str) -> None:
        nonlocal refusals
        refusals += 1
        note(f"{where}没有回放：{reason}")

    with tqdm(desc=file.name, unit="条", file=sys.stderr, disable=None) as progress:
        lines = replay(office, file, refused, progress.update)
    print_lines(lines)
    if refusals:
        refuse(f"有 {refusals} 条没有回放，理由见上")


COMMANDS = (replay_file,)
