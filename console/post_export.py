"""导出 of what a search finds: masked texts with what was judged of them, as csv or xlsx.

Who took what, and how many, stands in the audit.

No author and no link leave the house: the address of a post in social media names the account. The post's own number
finds both again here.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, cast

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from console import wording
from console.acting import Acting
from console.admitting import exports
from console.cells import inert
from console.office import ConsoleOffice
from console.post_query import Asked, AskedPosts, query_of
from console.post_results import Results, all_posts
from huiying.archive.archive import PostQuery
from huiying.audit import Deed, Outcome
from huiying.concern import Concern
from huiying.correction import as_corrected
from huiying.failures import Unavailable
from huiying.post import ArchivedPost

Row = tuple[str, ...]

COLUMNS = (
    "帖文编号",
    "信源类别",
    "信源",
    "发布时间",
    "收到时间",
    "标题",
    "正文（已遮蔽）",
    "诉求类别",
    "语气",
    "责任单位",
    "职责事项",
    "去向",
    "事项编号",
)
"""What is told of each post, in this order."""

_WIDTHS = (20, 11, 16, 19, 19, 28, 80, 9, 7, 14, 24, 13, 12)
_AT_ONCE = 500
_CHUNK = 64 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(kw_only=True)
class Taken:
    """How many rows were taken so far, what is said at their end, and whether something kept others back."""

    rows: int = 0
    words: str = ""
    broken: bool = False


Write = Callable[[Iterator[Row], Taken], Iterator[bytes]]
"""From rows to the bytes of a file."""


def export_routes(office: ConsoleOffice) -> APIRouter:
    """`/posts.csv` and `/posts.xlsx`, with the same filters as `/posts`."""
    routes = APIRouter(include_in_schema=False)

    def answer(request: Request, asked: Asked, kind: str, write: Write, media: str) -> StreamingResponse:
        with office.register.reading() as tx:
            meant = query_of(tx, office, asked)
        taken = Taken()
        rows = _rows(office, meant.query, taken)
        first = next(rows, None)  # an archive that is away is said as such, and not by half a file
        content = _audited(office, cast(Deed, request.state.deed), taken, write(_again(first, rows), taken), kind)
        name = f"posts-{wording.beijing(office.clock.now()):%Y%m%d-%H%M%S}.{kind}"
        return StreamingResponse(
            content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    @routes.get("/posts.csv", dependencies=exports())
    def as_csv(request: Request, asked: AskedPosts) -> StreamingResponse:
        return answer(request, asked, "csv", _csv, "text/csv; charset=utf-8")

    @routes.get("/posts.xlsx", dependencies=exports())
    def as_xlsx(request: Request, asked: AskedPosts, by: Acting) -> StreamingResponse:
        heading = f"导出人 {by.name}　{wording.exact(office.clock.now())}　条件 {asked.address('')[1:] or '全部'}"
        return answer(request, asked, "xlsx", lambda rows, taken: _xlsx(rows, taken, heading), _XLSX)

    return routes


def _again(first: Row | None, rows: Iterator[Row]) -> Iterator[Row]:
    if first is not None:
        yield first
        yield from rows


def _rows(office: ConsoleOffice, query: PostQuery, taken: Taken) -> Iterator[Row]:
    """Rows until the office's limit; `taken` tells afterwards what the file has to say of itself."""
    most = office.policy.search.export_rows
    try:
        for results in all_posts(office, query, at_once=min(_AT_ONCE, most)):
            concerns = _concerns(office, results)
            for archived in results.posts:
                if taken.rows == most:
                    taken.words = f"一次最多导出 {most} 条：这里是新到的，其余没有导出，请缩小时间或条件再导"
                    return
                taken.rows += 1
                yield _row(office, archived, results, concerns)
    except Unavailable:
        if taken.rows == 0:
            raise
        taken.broken = True
        taken.words = "导出中断：帖文库或台账暂时连不上，以上不全，请稍后重新导出"
        return
    taken.words = f"共 {taken.rows} 条，已全部导出"


def _concerns(office: ConsoleOffice, results: Results) -> dict[str, Concern]:
    with office.register.reading() as tx:
        return tx.concerns.get({fate.concern for fate in results.fates.values() if fate.concern})


def _row(office: ConsoleOffice, archived: ArchivedPost, results: Results, concerns: dict[str, Concern]) -> Row:
    post = archived.post
    counted = as_corrected(archived, results.corrections.get(post.id, {})).assessment
    fate = results.fates.get(post.id)
    concern = concerns.get(fate.concern or "") if fate else None
    cells = (
        post.id,
        wording.SOURCE_KINDS[post.source_kind],
        office.source_titles.get(post.source, post.source),
        wording.exact(post.at),
        wording.exact(post.collected_at),
        post.title,
        post.text,
        counted.kind.value,
        wording.TONES[counted.tone],
        office.bureau(counted.lead),
        "、".join(office.duty_titles.get(str(match.number), str(match.number)) for match in counted.duties),
        wording.FATES[fate.fate] if fate else "处理中",
        concern.number if concern else "",
    )
    return tuple(inert(cell) for cell in cells)


def _audited(office: ConsoleOffice, deed: Deed, taken: Taken, content: Iterator[bytes], kind: str) -> Iterator[bytes]:
    """The content; when it ends, or nobody takes it any more, how many rows left the house."""
    outcome = Outcome.FAILED
    try:
        yield from content
        outcome = Outcome.FAILED if taken.broken else Outcome.DONE
    finally:
        ended = "" if outcome is Outcome.DONE else "，未完"
        with office.register.transaction() as tx:
            tx.audit.add(replace(deed, outcome=outcome, note=f"{kind} {taken.rows} 条{ended}"))


def _csv(rows: Iterator[Row], taken: Taken) -> Iterator[bytes]:
    """UTF-8 with its mark, which spreadsheets need to read Chinese; the last line says what the file holds."""
    yield "\ufeff".encode()
    yield _line(COLUMNS)
    for row in rows:
        yield _line(row)
    yield _line((f"说明：{taken.words}",))


def _line(cells: Row) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()


def _xlsx(rows: Iterator[Row], taken: Taken, heading: str) -> Iterator[bytes]:
    """Written row by row into a file of its own and sent from there: memory holds one row, whatever their number."""
    with tempfile.TemporaryFile() as file:
        _write_xlsx(file, rows, taken, heading)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _write_xlsx(file: IO[bytes], rows: Iterator[Row], taken: Taken, heading: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("帖文")
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    titles = [WriteOnlyCell(sheet, value=title) for title in COLUMNS]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append(row)
    about = book.create_sheet("说明")
    for words in (heading, taken.words, "个人信息入库前已遮蔽；不含发布者和原帖链接，可凭帖文编号在系统内查看"):
        about.append([inert(words)])
    book.save(file)
