"""Commands about posts on their way in: import them, mask them."""

import sys
from pathlib import Path
from typing import IO

import click

from console.commands.options import with_office
from console.commands.speaking import BadLines, Command, id_and_text_lines, print_line, print_lines, refuse
from console.importing import Imported, import_file, rejects_folder
from console.wiring import Office
from huiying.masking import mask


@click.command(
    "import",
    cls=Command,
    help="""导入帖文：jsonl、csv、xlsx（12345 导出表），UTF-8 或 GB18030。

坏的行逐条写明理由，在数据目录的 rejects/文件名.rejects.jsonl，其余照常导入；最后一行给出 新收、已有、拒收 条数。

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
        refuse(f"拒收 {total.rejected} 条，逐条理由在 {rejects_folder(office)}")


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


COMMANDS = (import_posts, mask_lines)
