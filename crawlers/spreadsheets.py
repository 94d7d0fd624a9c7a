"""Reads tables, csv and xlsx, as rows of cells with their line number; a bad row is told and the rest goes on."""

import csv
import warnings
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from crawlers.lines import Line, UnreadableFile, read_lines

_MOST_LINES = 500
_SMALL_PART = 1_000_000
_XLSX_TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    OSError,
    EOFError,
    SyntaxError,  # ElementTree's ParseError is one
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    OverflowError,
)
"""What openpyxl is seen to raise on damaged workbooks; it has no error of its own for them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row by the number of its first line; `trouble` says why it has no cells."""

    number: int
    cells: tuple[Any, ...] = ()
    trouble: str = ""


def read_csv(path: Path, *, longest: int, largest: int) -> Iterator[Row]:
    """Rows of a csv file. A quote that is never closed costs its own line, not the rest of the file."""
    source = read_lines(path, longest=longest, largest=largest)
    waiting: deque[Line] = deque()
    delimiter = ""
    while line := waiting.popleft() if waiting else next(source, None):
        if line.text is None:
            yield Row(number=line.number, trouble=line.trouble)
            continue
        delimiter = delimiter or max(",\t;", key=line.text.count)
        cells = _cells(line.text, delimiter)
        if cells is None:
            cells, taken = _over_lines(line.text, source, waiting, delimiter, longest)
            if cells is None:
                waiting.extendleft(reversed(taken))
        if cells is None:
            yield Row(number=line.number, trouble="引号没有成对：这一行的引号用错，或文件在引号中间被截断")
        elif any(cells):
            yield Row(number=line.number, cells=tuple(cells))


def _over_lines(
    text: str, source: Iterator[Line], waiting: deque[Line], delimiter: str, longest: int
) -> tuple[list[str] | None, list[Line]]:
    """The cells of a row whose quoted text runs over several lines, and the lines it took."""
    taken: list[Line] = []
    quotes, size, parts = text.count('"'), len(text), [text]
    while len(taken) < _MOST_LINES and size <= longest:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            break
        taken.append(line)
        if line.text is None:
            break
        parts.append(line.text)
        size += len(line.text)
        quotes += line.text.count('"')
        if '"' in line.text and quotes % 2 == 0:
            cells = _cells("\n".join(parts), delimiter)
            if cells is not None:
                return cells, taken
    return None, taken


def _cells(record: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None where its quotes do not close."""
    csv.field_size_limit(max(csv.field_size_limit(), len(record) + 1))
    try:
        rows = list(csv.reader(record.splitlines(keepends=True) or [""], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else [] if not rows else None


def read_xlsx(path: Path, *, most_columns: int, largest: int, largest_ratio: int) -> Iterator[Row]:
    """Rows of the first sheet that has any. A formula counts as the value that was saved with it."""
    _check_package(path, largest, largest_ratio)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except _XLSX_TROUBLE as error:
        raise UnreadableFile("不是完好的 xlsx 文件，请用表格软件打开后另存") from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = _sheet_rows(sheet, most_columns)
            first = next(rows, None)
            if first is not None:
                yield first
                yield from rows
                return
    finally:
        book.close()


def _sheet_rows(sheet: Any, most_columns: int) -> Iterator[Row]:
    rows = sheet.iter_rows(max_col=most_columns + 1, values_only=True)
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cells = next(rows, None)
        except _XLSX_TROUBLE as error:
            raise UnreadableFile(f"第 {number + 1} 行起读不出来：列数超出表格的极限，或工作表已损坏") from error
        if cells is None:
            return
        number += 1
        if len(cells) > most_columns and cells[most_columns] is not None:
            yield Row(number=number, trouble=f"这一行超过 {most_columns} 列")
        elif any(cell is not None for cell in cells):
            yield Row(number=number, cells=tuple(cells))


def _check_package(path: Path, largest: int, largest_ratio: int) -> None:
    """Refuse a zip bomb, a declared entity or a password before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > largest:
                raise UnreadableFile(f"解压后超过 {largest // 1_000_000} MB，没有打开；请拆成几个文件")
            for part in parts:
                if part.file_size > _SMALL_PART and part.file_size > largest_ratio * max(part.compress_size, 1):
                    raise UnreadableFile("压缩倍数异常，疑似压缩炸弹，没有打开")
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(65_536).upper():
                            raise UnreadableFile("文件里声明了 XML 实体，没有打开")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile("不是完好的 xlsx 文件，或设有密码；请用表格软件打开后另存") from error
