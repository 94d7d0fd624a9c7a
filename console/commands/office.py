"""Commands about the office itself: take a configuration, check it, make its stores ready, see how things stand, tend
the dead letters."""

import shutil
import sys
from pathlib import Path

import click

from console.checking import check_everything
from console.commands.options import with_office
from console.commands.speaking import Command, Group, note, print_line, print_lines, refuse
from console.preparing import prepare_stores
from console.source_preview import preview_source
from console.status import office_status, stores_away
from console.wiring import Office
from huiying.policy.policy import default_office
from huiying.retrying import retry_dead_letters


@click.command(
    "init",
    cls=Command,
    help="""取一份缺省配置到目录（缺省 config），供修改。已有文件一概不动。

\b
例：huiying init 我的单位""",
)
@click.argument(
    "directory", default=Path("config"), type=click.Path(file_okay=False, path_type=Path), metavar="[目录]"
)
@with_office
def init(_office: Office, directory: Path) -> None:
    """Copy the default office's configuration out for editing."""
    if directory.exists() and any(directory.iterdir()):
        refuse(f"{directory} 里已经有文件，没有动它。请换一个空目录，或先移走原来的文件。")
    shutil.copytree(default_office(), directory, dirs_exist_ok=True)
    note(f"缺省配置已在 {directory}。改好后：huiying check --config {directory}，再 huiying run --config {directory}")


@click.command(
    "check",
    cls=Command,
    help="""检查全部配置与设置，说明哪里不对、怎么改；试着打开每个库。

\b
例：huiying check --config 我的单位
    huiying check --source 市政府要闻      看这个信源今天会取到什么（不入库）""",
)
@click.option("--source", default=None, metavar="名称", help="看这个信源今天会取到什么")
@with_office
def check(office: Office, source: str | None) -> None:
    """Say what is wrong, or what a source would give today."""
    if source:
        print_lines(preview_source(office.policy.sources, source, office.clock))
        return
    findings = check_everything(office)
    for finding in findings:
        print_line(finding)
    if not all(finding.ok for finding in findings):
        refuse("检查没有全部通过，见上")


@click.command(
    "prepare",
    cls=Command,
    help="""备好各处存储：台账的表升到本版，总线的主题、帖文库的索引和“谁负责”目录建好。重复运行无妨。

服务器还没有起来时等待，并说明在等哪一个、为什么。先运行它，再启动或升级各进程。

\b
例：huiying prepare
    huiying prepare --patience 300""",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=120,
    show_default=True,
    metavar="秒",
    help="最多等多久；到时仍有连不上的，说明原因，退出码为 1",
)
@with_office
def prepare(office: Office, patience: float) -> None:
    """Make every store ready, waiting for those that are not up yet."""
    findings = prepare_stores(office, patience, note)
    print_lines(findings)
    if waiting := [finding.what for finding in findings if not finding.ok]:
        refuse(f"等了 {patience:g} 秒，还没有备好：{'、'.join(waiting)}。请按上面的原因处理后再运行一次")


@click.command(
    "status",
    cls=Command,
    help="""单位现在的情形：各工序积压、待发消息、去向、预警、任务、信源、死信、租约、各进程。

有一处存储连不上时，照样给出其余的，并在 bus、archive、register 三项里说明，退出码为 1。
各进程的批次时间、重试等，在 HUIYING_METRICS_OF 所列的地址上问。

\b
例：huiying status""",
)
@with_office
def status(office: Office) -> None:
    """How things stand, as one JSON object."""
    found = office_status(office)
    print_line(found)
    if away := stores_away(found):
        sys.stdout.flush()
        refuse(f"有存储连不上：{'、'.join(away)}，原因见各自的 away")


@click.group(
    "deadletters",
    cls=Group,
    help="""死信：处理不了的消息，连同原因。

\b
例：huiying deadletters list
    huiying deadletters retry 12""",
)
def dead_letters() -> None:
    """What could not be handled."""


@dead_letters.command("list", help="逐条列出，新的在前。\n\n例：huiying deadletters list --stage gathering")
@click.option("--stage", default=None, metavar="工序", help="只看这道工序的")
@click.option("--limit", default=100, show_default=True, help="最多几条")
@with_office
def list_dead_letters(office: Office, stage: str | None, limit: int) -> None:
    """One line per dead letter, without its payload."""
    with office.register.reading() as tx:
        letters = tx.dead_letters.list(stage, limit=limit)
    print_lines(
        {
            "id": letter.id,
            "stage": letter.stage,
            "topic": letter.envelope.topic,
            "key": letter.envelope.key,
            "reason": letter.reason,
            "died_at": letter.died_at,
            "retried_at": letter.retried_at,
        }
        for letter in letters
    )


@dead_letters.command("show", help="一条的全部，含消息内容与出错位置。\n\n例：huiying deadletters show 12")
@click.argument("number", type=int, metavar="编号")
@with_office
def show_dead_letter(office: Office, number: int) -> None:
    """Everything about one dead letter."""
    with office.register.reading() as tx:
        letter = tx.dead_letters.get(number)
    if letter is None:
        refuse(f"没有 {number} 号死信，用 huiying deadletters list 查看")
        return
    print_line(letter)


@dead_letters.command("retry", help="重新送上总线，再处理一次。\n\n例：huiying deadletters retry 12 13")
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="编号…")
@with_office
def retry(office: Office, numbers: tuple[int, ...]) -> None:
    """Put dead letters back on the bus."""
    missing = retry_dead_letters(office.register, office.bus, numbers)
    note(f"已重新送出 {len(numbers) - len(missing)} 条")
    if missing:
        refuse(f"没有这些死信：{'、'.join(map(str, missing))}")


COMMANDS = (init, check, prepare, status, dead_letters)
