"""Commands about texts: import them, judge, gather, mask or extract them."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click
from tqdm import tqdm

from console.commands.speaking import BadLines, Command, id_and_text_lines, print_line, print_lines, refuse
from console.commands.options import with_office
from console.wiring import Office
from consumers.grouping.lines import group_lines
from consumers.judging.lines import judge_lines
from crawlers.article import extract
from crawlers.files import FileProblem, read_file
from huiying.masking import mask
from huiying.post import RawPost

_AT_ONCE = 500


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
    totals = Counter[str]()
    for file in files:
        totals.update(_import_file(office, file, source))
    print_line(
        {"new": totals["new"], "known": totals["known"], "changed": totals["changed"], "rejected": totals["rejected"]}
    )
    if totals["rejected"] or totals["unreadable"]:
        sys.stdout.flush()
        refuse(f"拒收 {totals['rejected']} 条，详见各文件旁的 .rejects.jsonl")


def _import_file(office: Office, file: Path, source: str | None) -> Counter[str]:
    intake, counts = office.intake(), Counter[str]()
    rejects = Rejects(file)
    rows = read_file(file, source=source, rules=office.policy.intake, now=office.clock.now())
    with tqdm(desc=file.name, unit="条", file=sys.stderr, disable=None) as progress:
        for batch in _batches(rows):
            good = [(where, row) for where, row in batch if isinstance(row, RawPost)]
            for where, row in batch:
                if isinstance(row, FileProblem):
                    rejects.add(where, row.reason)
            result = intake.take([row for _, row in good], [where for where, _ in good])
            for rejection in result.rejected:
                rejects.add(rejection.where, rejection.reason)
            counts.update(new=result.new, known=result.known, changed=result.changed)
            progress.update(len(batch))
    counts["rejected"] = rejects.close()
    return counts


def _batches(rows: Iterable[tuple[str, RawPost | FileProblem]]) -> Iterator[list[tuple[str, RawPost | FileProblem]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _AT_ONCE)):
        yield batch
