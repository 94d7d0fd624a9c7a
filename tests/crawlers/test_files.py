"""Files for import, good and bad: every row is a post or a problem with its line."""

import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openpyxl import Workbook

from crawlers.files import FileNote, FileProblem, read_file
from huiying.clock import BEIJING
from huiying.policy.intake import read_intake
from huiying.post import RawPost, SourceKind
from tests.builders import NOON

RULES = read_intake(Path(__file__).parents[2] / "config")
HEADER = "工单编号,标题,诉求内容,来电时间,办理单位"
ROW = "GD-1,停水,幸福小区停水三天,2014-05-30 08:15,水务局"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(path: Path, *, source: str | None = None, **file_rules: Any) -> list[Any]:
    rules = RULES.model_copy(update={"files": RULES.files.model_copy(update=file_rules)})
    return [row for _, row in read_file(path, rules, source=source, now=NOON)]


def posts(path: Path, **more: Any) -> list[RawPost]:
    return [row for row in rows(path, **more) if isinstance(row, RawPost)]


def problems(path: Path, **more: Any) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows(path, **more) if isinstance(row, FileProblem)]


def workbook(path: Path, *lines: list[Any]) -> Path:
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


File = Callable[[str, bytes | str], Path]


def test_a_12345_export_in_csv_becomes_posts(file: File) -> None:
    (post,) = posts(file("热线.csv", f"{HEADER}\n{ROW}\n"))
    assert post == RawPost(
        source="热线",
        source_kind=SourceKind.HOTLINE,
        key="GD-1",
        title="停水",
        text="幸福小区停水三天",
        published=datetime(2014, 5, 30, 8, 15, tzinfo=BEIJING),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_the_encoding_is_found_out(file: File, encoding: str, name: str) -> None:
    line = json.dumps({"id": "GD-1", "text": "幸福小区停水三天，上下午都没有，ਊ㐊"}, ensure_ascii=False)
    content = f"{line}\n{line}\n" if name == "a.jsonl" else f"{HEADER}\n{ROW}\n{ROW}"
    found = posts(file(name, content.encode(encoding)))
    assert [post.key for post in found] == ["GD-1", "GD-1"]
    assert found[0].text.startswith("幸福小区停水三天")


def test_lines_of_json_with_and_without_the_optional_fields(file: File) -> None:
    lines = [
        {
            "id": 7,
            "text": "停水了",
            "title": "急",
            "time": "2014-05-30T00:15:00Z",
            "source": "论坛",
            "unknown": {"a": 1},
        },
        {"text": "停电了", "time": 1401408900, "url": "https://bbs.test/1", "engagement": 12},
        {"text": "停气了", "source_kind": "forum"},
    ]
    first, second, third = posts(file("a.jsonl", "\n".join(map(json.dumps, lines))), source="信箱")
    assert (first.key, first.source, first.title) == ("7", "论坛", "急")
    assert first.published == second.published == datetime(2014, 5, 30, 8, 15, tzinfo=BEIJING)
    assert (second.source, second.url, second.engagement) == ("信箱", "https://bbs.test/1", 12)
    assert (second.source_kind, third.source_kind) == (SourceKind.SOCIAL, SourceKind.FORUM)


def test_a_bad_line_is_told_with_its_number_and_the_rest_goes_on(file: File) -> None:
    content = (
        '{"text":"一"}\n{"text":"二"\n\n[1,2]\n"x"\n{"text":["三"]}\n' + "[" * 100_000 + '\n{"text":"四"}\n{"text":'
    )
    path = file("a.jsonl", content)
    assert [post.text for post in posts(path)] == ["一", "四"]
    assert problems(path) == [
        (2, "不是完整的 JSON"),
        (4, '每行应为一个 JSON 对象，如 {"id":…,"text":…}'),
        (5, '每行应为一个 JSON 对象，如 {"id":…,"text":…}'),
        (6, "text 一栏不是文字"),
        (7, "JSON 嵌套太深"),
        (9, "不是完整的 JSON"),
    ]


def test_deep_json_in_a_field_nobody_reads_costs_its_row_only(file: File) -> None:
    deep = '{"text":"一","x":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}"
    path = file("a.jsonl", deep + '\n{"text":"二"}')
    assert [post.text for post in posts(path)] == ["二"]
    assert problems(path) == [(1, "JSON 嵌套太深")]


def test_a_lone_surrogate_in_json_is_left_to_intake(file: File) -> None:
    (post,) = posts(file("a.jsonl", '{"text":"停水\\ud83d"}'))
    assert post.text == "停水\ud83d"


def test_duplicate_ids_are_left_to_intake(file: File) -> None:
    assert len(posts(file("a.jsonl", '{"id":1,"text":"一"}\n{"id":1,"text":"二"}'))) == 2


def test_a_time_nobody_can_read_is_noted_and_the_row_is_taken(file: File) -> None:
    note, post = rows(file("a.jsonl", '{"text":"停水","time":"某日"}'))
    assert note == FileNote(line=1, note="时间读不懂，未采用")
    assert post.published is None


def test_quoted_text_may_run_over_lines(file: File) -> None:
    path = file("a.csv", f'{HEADER}\nGD-1,停水,"第一行\n第二行，""引用""\n",2014-05-30,水务局\n{ROW}\n')
    first, second = posts(path)
    assert first.text == '第一行\n第二行，"引用"\n'
    assert second.text == "幸福小区停水三天"
    assert problems(path) == []


def test_a_csv_cut_in_the_middle_of_a_quote_loses_only_its_last_row(file: File) -> None:
    path = file("a.csv", f'{HEADER}\n{ROW}\nGD-2,停电,"写到一半')
    assert [post.key for post in posts(path)] == ["GD-1"]
    assert problems(path) == [(3, "引号没有成对：这一行的引号用错，或文件在引号中间被截断")]


def test_a_quote_that_never_closes_costs_its_own_line_only(file: File) -> None:
    path = file("a.csv", f'{HEADER}\nGD-0,停电,"没有收尾,2014-05-30,电业局\n' + f"{ROW}\n" * 600)
    assert len(posts(path)) == 600
    assert [line for line, _ in problems(path)] == [2]


def test_a_stray_quote_inside_a_word_is_just_a_quote(file: File) -> None:
    (post,) = posts(file("a.csv", f'{HEADER}\nGD-1,停水,5" 水管爆裂,2014-05-30,水务局\n'))
    assert post.text == '5" 水管爆裂'


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_csv_cut_in_the_middle_of_a_character_loses_only_its_last_row(file: File, encoding: str) -> None:
    path = file("a.csv", f"{HEADER}\n{ROW}\nGD-2,停电,半个字水".encode(encoding)[:-1])
    assert [post.key for post in posts(path)] == ["GD-1"]
    assert problems(path) == [(3, "有读不出的字符：编码混杂，或文件在一个字的中间被截断")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found_out(file: File, delimiter: str) -> None:
    (post,) = posts(file("a.csv", f"{HEADER}\n{ROW}\n".replace(",", delimiter)))
    assert (post.key, post.text) == ("GD-1", "幸福小区停水三天")


def test_a_headline_above_the_header_is_passed_over(file: File) -> None:
    (post,) = posts(file("a.csv", f"大连市12345热线工单明细,,,,\n导出日期 2014-05-30,,,,\n{HEADER}\n{ROW}\n"))
    assert post.key == "GD-1"


def test_header_names_are_compared_without_spaces_and_brackets(file: File) -> None:
    (post,) = posts(file("a.csv", "工单 编号（必填）,【诉求内容】\nGD-1,停水\n".replace("（必填）", "")))
    assert (post.key, post.text) == ("GD-1", "停水")


def test_a_table_without_a_text_column_says_which_columns_it_has(file: File) -> None:
    ((line, reason),) = problems(file("a.csv", "甲,乙\n1,2\n"))
    assert line == 1
    assert reason.startswith("没有找到正文列。文件里的列：甲、乙")


def test_a_row_too_long_is_told_and_skipped(file: File) -> None:
    path = file("a.jsonl", '{"text":"' + "长" * 2_000 + '"}\n{"text":"短"}')
    assert [post.text for post in posts(path, longest_row=1_000)] == ["短"]
    assert problems(path, longest_row=1_000) == [(1, "这一行超过 1000 字节")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(file: File, content: bytes) -> None:
    assert problems(file("a.csv", content)) == [(1, "文件是空的")]


def test_a_packed_file_is_unpacked_and_a_bomb_is_not(file: File) -> None:
    path = file("a.jsonl.gz", gzip.compress('{"text":"停水"}\n'.encode()))
    assert [post.text for post in posts(path)] == ["停水"]
    bomb = file("b.jsonl.gz", gzip.compress(b'{"text":"1"}\n' + b" " * 3_000_000))
    assert [post.text for post in posts(bomb, largest_unpacked_mb=1, longest_row=1_000)] == ["1"]
    assert "压缩炸弹" in problems(bomb, largest_unpacked_mb=1, longest_row=1_000)[-1][1]
    cut = file("c.jsonl.gz", path.read_bytes()[:-9])
    assert [post.text for post in posts(cut)] == ["停水"]
    assert "不完整" in problems(cut)[-1][1]


def test_a_workbook_becomes_posts(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "热线.xlsx",
        ["12345 工单明细"],
        HEADER.split(","),
        ["GD-1", "停水", "停水三天", datetime(2014, 5, 30, 8, 15), "水务局"],  # noqa: DTZ001 - as a cell holds it
        [20140530001, None, "停电", "2014-05-30 09:00", None],
        [None, None, None, None, None],
    )
    first, second = posts(path)
    assert (first.key, first.text, first.published) == (
        "GD-1",
        "停水三天",
        datetime(2014, 5, 30, 8, 15, tzinfo=BEIJING),
    )
    assert (second.key, second.text, second.title) == ("20140530001", "停电", "")
    assert first.source_kind is SourceKind.HOTLINE


def test_a_formula_is_its_saved_value_and_an_error_is_a_problem(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["编号", "内容"], [1, "=1+1"], [2, "#REF!"], [3, "停水"])
    assert [(post.key, post.text) for post in posts(path)] == [("1", ""), ("3", "停水")]
    assert problems(path) == [(3, "正文单元格是公式错误 #REF!")]


def test_a_workbook_of_a_hundred_thousand_columns_keeps_the_rows_before(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["编号", "内容"], [1, "停水"])
    wide = "".join(f'<c r="{_column(number)}3"><v>1</v></c>' for number in range(100_000))
    _rewrite(path, lambda xml: xml.replace("</sheetData>", f'<row r="3">{wide}</row></sheetData>'))
    assert [post.text for post in posts(path)] == ["停水"]
    assert problems(path) == [(3, "第 3 行起读不出来：列数超出表格的极限，或工作表已损坏")]


def test_a_row_of_a_hundred_thousand_unnamed_cells_costs_itself_only(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["编号", "内容"], [1, "停水"])
    cells = "".join(f"<c><v>{number * 7919 % 100_003}</v></c>" for number in range(100_000))
    wide = f"<row>{cells}</row><row><c><v>2</v></c><c><v>2</v></c></row>"
    _rewrite(path, lambda xml: xml.replace("</sheetData>", f"{wide}</sheetData>"))
    assert [post.text for post in posts(path)] == ["停水", "2"]
    assert problems(path) == [(3, "这一行超过 1000 列")]


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert problems(path) == [(1, "压缩倍数异常，疑似压缩炸弹，没有打开")]
    assert problems(path, largest_unpacked_mb=10)[0][1].startswith("解压后超过 10 MB")


def test_an_xml_entity_is_not_expanded(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["内容"], ["停水"])
    _rewrite(path, lambda xml: '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml.split("?>", 1)[-1])
    assert problems(path) == [(1, "文件里声明了 XML 实体，没有打开")]


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1old"])
def test_a_broken_workbook_says_what_to_do(file: File, content: bytes) -> None:
    ((_, reason),) = problems(file("a.xlsx", content))
    assert "另存" in reason


def test_a_workbook_cut_short_says_what_to_do(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["内容"], *[[f"停水{n}"] for n in range(500)])
    path.write_bytes(path.read_bytes()[:-200])
    assert problems(path) == [(1, "不是完好的 xlsx 文件，或设有密码；请用表格软件打开后另存")]


def test_a_damaged_sheet_keeps_the_rows_before_the_damage(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["内容"], *[[f"停水{n}"] for n in range(5)])
    _rewrite(path, lambda xml: xml[: xml.index('<row r="5"')] + "<row")
    assert [post.text for post in posts(path)] == ["停水0", "停水1", "停水2"]
    assert problems(path)[-1] == (5, "第 5 行起读不出来：列数超出表格的极限，或工作表已损坏")


def test_a_missing_file_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    assert problems(tmp_path / "没有.csv")[0][1].startswith("文件读不出来")


def test_where_names_file_and_line(file: File) -> None:
    found = list(read_file(file("热线.csv", f"{HEADER}\n{ROW}\n"), RULES, source=None, now=NOON))
    assert [where for where, _ in found] == ["热线.csv 第 2 行"]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.binary(max_size=300) | some.text(alphabet='{"text:id},\n\t;停水[]', max_size=200).map(str.encode))
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_no_bytes_whatever_break_the_reader(file: File, name: str, content: bytes) -> None:
    for row in rows(file(name, content)):
        assert isinstance(row, RawPost | FileProblem | FileNote)


def _column(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = change(parts[sheet].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
