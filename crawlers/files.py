"""Readers for `huiying import`: jsonl, csv and xlsx files as raw posts, one row after the other.

Nothing that a file holds stops the reading of its other rows: a bad row is a `FileProblem` with its line. Memory
stays bounded by the longest row, except for the shared words of a workbook, which the rules bound.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from crawlers.lines import UnreadableFile, first_bytes, read_lines
from crawlers.spreadsheets import Row, read_csv, read_xlsx
from huiying.moments import in_beijing, read_moment
from huiying.policy.intake import FileRules, IntakeRules
from huiying.post import RawPost, SourceKind

_MEGABYTE = 1_000_000
_HEADER_WITHIN = 5
_KINDS = {kind.value: kind for kind in SourceKind}
_FORMULA_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_OUTSIDE_NAMES = str.maketrans("", "", " \t\r\n\u3000\ufeff()（）[]【】*：:_-")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileProblem:
    """A row, or the rest of a file, that cannot be taken: at which line, and why in words for people."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileNote:
    """Something about the row that follows which whoever imports it should know; it is taken all the same."""

    line: int
    note: str


FileRow = tuple[str, RawPost | FileProblem | FileNote]
"""Where it stands (file and line) and what stands there."""


def read_file(path: Path, rules: IntakeRules, *, source: str | None, now: datetime) -> Iterator[FileRow]:
    """Every row of a file in its order. `source` names rows that name none themselves; else the file's name does."""
    reading = _Reading(path, rules, source or _stem(path), now)
    try:
        yield from reading.rows()
    except UnreadableFile as error:
        yield reading.problem(reading.line + 1, str(error))
    except OSError as error:
        yield reading.problem(reading.line + 1, f"文件读不出来：{error.strerror or error}")


class _Reading:
    """One file being read; `line` is where it stands."""

    def __init__(self, path: Path, rules: IntakeRules, source: str, now: datetime) -> None:
        self._path = path
        self._rules = rules
        self._files: FileRules = rules.files
        self._source = source
        self._now = now
        self.line = 0

    def rows(self) -> Iterator[FileRow]:
        """By what the file is, whatever its name says."""
        head = first_bytes(self._path)
        name = self._path.name.lower().removesuffix(".gz")
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            yield self.problem(1, "文件是空的")
        elif head.startswith(b"PK"):
            yield from self._table(read_xlsx(self._path, **self._xlsx_bounds()))
        elif head.startswith(b"\xd0\xcf\x11\xe0"):
            yield self.problem(1, "这是旧式 xls 文件或设有密码，请另存为 xlsx 或 csv")
        elif name.endswith(".xlsx"):
            yield self.problem(1, "不是完好的 xlsx 文件，请用表格软件打开后另存")
        elif name.endswith((".csv", ".tsv", ".txt")) and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            yield from self._table(read_csv(self._path, longest=self._files.longest_row, largest=self._largest()))
        else:
            yield from self._json_lines()

    def problem(self, line: int, reason: str) -> FileRow:
        """A problem at a line."""
        return self._where(line), FileProblem(line=line, reason=reason)

    def _where(self, line: int) -> str:
        return f"{self._path.name} 第 {line} 行"

    def _largest(self) -> int:
        return self._files.largest_unpacked_mb * _MEGABYTE

    def _xlsx_bounds(self) -> dict[str, int]:
        return {
            "most_columns": self._files.most_columns,
            "largest": self._largest(),
            "largest_ratio": self._files.largest_ratio,
        }

    def _json_lines(self) -> Iterator[FileRow]:
        before: tuple[str, ...] = ()
        columns: Mapping[str, int] = {}
        for line in read_lines(self._path, longest=self._files.longest_row, largest=self._largest()):
            self.line = line.number
            if line.text is None:
                yield self.problem(line.number, line.trouble)
            elif line.text.strip():
                found = _json_object(line.text)
                if isinstance(found, str):
                    yield self.problem(line.number, found)
                else:
                    keys = tuple(found)
                    columns = columns if keys == before else self._columns(keys)
                    before = keys
                    named = _named(columns, tuple(found.values()))
                    yield from self._post(line.number, named, self._files.lines_kind)

    def _table(self, rows: Iterator[Row]) -> Iterator[FileRow]:
        columns: Mapping[str, int] = {}
        before: list[str] = []
        for count, row in enumerate(rows):
            self.line = row.number
            if row.trouble:
                yield self.problem(row.number, row.trouble)
            elif columns:
                yield from self._post(row.number, _named(columns, row.cells), self._files.table_kind)
            elif count < _HEADER_WITHIN:
                found = self._columns(row.cells)
                columns = found if "text" in found or "title" in found else {}
                before += [str(cell) for cell in row.cells if cell not in (None, "")]
            else:
                break
        if not columns:
            seen = "、".join(before)[:200] or "无"
            yield self.problem(
                1, f"没有找到正文列。文件里的列：{seen}；请在 config/intake.yaml 的 columns 中补上叫法"
            )

    def _columns(self, cells: Sequence[Any]) -> dict[str, int]:
        """Which column holds which part of a post; where two could, the name that stands first in the rules."""
        places = {_plain(str(cell)): place for place, cell in reversed(list(enumerate(cells))) if cell is not None}
        return {
            part: places[found]
            for part, names in self._files.columns
            if (found := next((plain for plain in map(_plain, names) if plain in places), None)) is not None
        }

    def _post(self, line: int, found: Mapping[str, Any], kind: SourceKind) -> Iterator[FileRow]:
        words: dict[str, str] = {}
        for part in ("id", "text", "title", "source", "kind", "url", "author"):
            written = _as_text(found.get(part))
            if written is None:
                yield self.problem(line, f"{part} 一栏不是文字")
                return
            words[part] = written
        if words["text"] in _FORMULA_ERRORS:
            yield self.problem(line, f"正文单元格是公式错误 {words['text']}")
            return
        published = self._moment(found.get("time"))
        if published is None and found.get("time") not in (None, ""):
            if self._rules.impossible_date == "reject":
                yield self.problem(line, "时间读不懂")
                return
            yield self._where(line), FileNote(line=line, note="时间读不懂，未采用")
        yield (
            self._where(line),
            RawPost(
                source=words["source"].strip() or self._source,
                source_kind=_KINDS.get(words["kind"].strip().lower(), kind),
                key=words["id"].strip() or None,
                url=words["url"].strip() or None,
                title=words["title"],
                text=words["text"],
                published=published,
                author=words["author"] or None,
                engagement=_as_count(found.get("engagement")),
            ),
        )

    def _moment(self, written: Any) -> datetime | None:
        if isinstance(written, datetime):
            return in_beijing(written)
        text = None if isinstance(written, bool) else _as_text(written)
        return read_moment(text, self._now) if text else None


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0][:200] or path.name[:200]


def _named(columns: Mapping[str, int], cells: Sequence[Any]) -> dict[str, Any]:
    return {part: cells[place] for part, place in columns.items() if place < len(cells)}


def _plain(name: str) -> str:
    return name.translate(_OUTSIDE_NAMES).lower()


def _json_object(line: str) -> dict[str, Any] | str:
    """The object on a line, or why there is none."""
    found: Any = None
    decoders: tuple[Callable[[str], Any], ...] = (msgspec.json.decode, json.loads)
    for decode in decoders:  # the second also takes lone surrogates, which msgspec does not
        try:
            found = decode(line)
            break
        except RecursionError:
            return "JSON 嵌套太深"
        except ValueError:
            continue
    else:
        return "不是完整的 JSON"
    return found if isinstance(found, dict) else '每行应为一个 JSON 对象，如 {"id":…,"text":…}'


def _as_text(value: Any) -> str | None:
    """A cell or field as words; None where it is none (a list, an object)."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float | datetime) else None


def _as_count(value: Any) -> int:
    text = _as_text(value) or ""
    digits = text.replace(",", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else 0
