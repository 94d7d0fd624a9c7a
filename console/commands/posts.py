"""Commands about texts: import them, judge, gather, mask or extract them."""

import sys
from pathlib import Path
from typing import IO

import click

from console.commands.options import with_office
from console.commands.speaking import BadLines, Command, id_and_text_lines, print_line, print_lines, refuse
from console.importing import Imported, import_file
from console.wiring import Office
from consumers.grouping.lines import group_lines
from consumers.judging.lines import judge_lines
from crawlers.article import extract
from huiying.masking import mask


@click.command(
    "import",
    cls=Command,
    help="""导入帖文：jsonl、csv、xlsx（12345 导出表），UTF-8 或 GB18030。

坏的行逐条说明，写入“文件名.rejects.jsonl”，其余照常导入；最后一行给出 新收、已有、拒收 条数。

\b
例：huiying import 12345导出.xlsx --source 12345热线
    huiying import 帖文.jsonl""",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@click.option("--source", default=None, metavar="名称", help="信源名称；行内自带 source 的以行内为准")
@with_office
def import_posts(office: Office, files: tuple[Path, ...], source: str | None) -> None:
    """Bring the rows of files in through intake."""
    total = Imported()
    for file in files:
        total += import_file(office, file, source=source)
    print_line(total)
    if total.rejected:
        sys.stdout.flush()
        refuse(f"拒收 {total.rejected} 条，逐条理由在各文件旁的 .rejects.jsonl")


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


@click.command(
    "mask",
    cls=Command,
    help="""遮蔽个人信息：电话、证件、车牌、姓名、单元门牌等；输入输出均为每行 {"id","text"}。

\b
例：huiying mask 帖文.jsonl""",
)
@click.argument("file", required=False, type=click.File("rb"), default="-", metavar="[文件]")
@with_office
def mask_lines(_office: Office, file: IO[bytes]) -> None:
    """Mask personal data."""
    bad = BadLines()
    print_lines({"id": row["id"], "text": mask(row["text"])} for row in id_and_text_lines(file, bad))
    bad.end()


@click.command(
    "extract",
    cls=Command,
    help="""取出一个网页文件的正文：{"title","text","published_at","encoding"}。

\b
例：huiying extract 页面.html --url http://www.dl.gov.cn/art/1.html""",
)
@click.argument("file", type=click.File("rb"), metavar="文件")
@click.option("--url", default=None, metavar="网址", help="网页的网址，有助于判断日期")
@with_office
def extract_article(office: Office, file: IO[bytes], url: str | None) -> None:
    """Print the article of a stored page."""
    print_line(extract(file.read(), url=url, clock=office.clock))


COMMANDS = (import_posts, judge, gather, mask_lines, extract_article)
