"""Exports: masked rows, nothing that runs, no author, a limit that is told, and all of it in the audit."""

import csv
import io
import zipfile

import openpyxl
import pytest

from console.app import create_app
from console.post_export import COLUMNS
from huiying.archive.archive import Archive
from huiying.correction import Judgement
from huiying.failures import Unavailable
from huiying.person import Person, Role
from huiying.policy.search import SearchRules
from tests.builders import make_archived, person
from tests.console.client import Client
from tests.console.night import Night
from tests.console.test_admitting import deeds

SMALL = SearchRules(counted_posts=100, posts_of_matters=100, export_rows=3)
HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1", "\n=1")


def rows_of(content: bytes, kind: str) -> list[list[str]]:
    """The rows of an exported file, its last line of csv and its second sheet of xlsx left out."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[:-1]
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [["" if cell is None else str(cell) for cell in row] for row in book["帖文"].iter_rows(values_only=True)]


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_found_is_exported_as_it_counts(busy: Night, client: Client, kind: str) -> None:
    [archived] = busy.archive.get(["p2"]).values()
    busy.correcting.correct(archived, {Judgement.TONE: ("neutral",)}, by=person("高远"))
    answer = client.get(f"/posts.{kind}", params={"words": "发黄", "tone": "neutral"})
    assert f"posts-20261122-021406.{kind}" in answer.headers["content-disposition"]
    head, row = rows_of(answer.content, kind)
    told = dict(zip(head, row, strict=True))
    assert head == list(COLUMNS)
    assert told["正文（已遮蔽）"].startswith("听说是水源地")
    assert (told["语气"], told["去向"], told["事项编号"]) == ("中性", "已归入事项", "2026-1")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula_and_nobody_is_named(night: Night, client: Client, kind: str) -> None:
    hostile = [
        make_archived(
            f"p-{number}",
            text=f"{text}\x00\x1b\u202e",
            title=text,
            author_hash="ab" * 16,
            url="https://weibo.example/u/17",
        )
        for number, text in enumerate(HOSTILE)
    ]
    night.archive.store(hostile)
    answer = client.get(f"/posts.{kind}")
    rows = rows_of(answer.content, kind)[1:]
    assert len(rows) == len(HOSTILE)
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    words = answer.content.decode("utf-8-sig") if kind == "csv" else whole_text_of(answer.content)
    assert "ab" * 16 not in words
    assert "weibo.example" not in words
    assert kind == "csv" or "<f>" not in words


def whole_text_of(content: bytes) -> str:
    """Everything in the parts of an xlsx file."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_more_than_the_limit_is_cut_and_said_and_counted_in_the_audit(night: Night, kind: str) -> None:
    night.archive.store([make_archived(f"p-{number}") for number in range(5)])
    client = Client(create_app(night.console(search=SMALL)))
    content = client.get(f"/posts.{kind}", params={"words": "水管"}).content
    assert [row[0] for row in rows_of(content, kind)[1:]] == ["p-4", "p-3", "p-2"]
    if kind == "csv":
        about = content.decode("utf-8-sig").splitlines()[-1]
    else:
        about = str(openpyxl.load_workbook(io.BytesIO(content))["说明"]["A2"].value)
    assert "一次最多导出 3 条" in about
    subject = f"/posts.{kind}?words=%E6%B0%B4%E7%AE%A1"
    assert deeds(night.register) == [
        ("officer", "export", subject, "admitted"),
        ("officer", "export", subject, "done"),
    ]
    with night.register.reading() as tx:
        assert [entry.deed.note for entry in tx.audit.entries()][-1] == f"{kind} 3 条"


def test_a_unit_exports_its_own_and_the_administrator_nothing(night: Night) -> None:
    night.matter("c-water", "自来水发黄", lead="水务局")
    night.matter("c-school", "校门口拥堵", lead="教育局")
    night.post("p-1", "c-water", "水发黄")
    night.post("p-2", "c-school", "堵车发黄")
    app = create_app(night.console())
    unit = Client(app, Person(id="unit", name="陈果", roles=frozenset({Role.HANDLER}), bureau="水务局"))
    assert [row[0] for row in rows_of(unit.get("/posts.csv").content, "csv")[1:]] == ["p-1"]
    admin = Client(app, Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR})))
    assert admin.get("/posts.csv").status_code == 403


class LostOnTheWay:
    """The archive's file, which is taken away after one page."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._pages = 0

    def search(self, *asked: object, **how: object) -> object:
        self._pages += 1
        if self._pages > 1:
            raise Unavailable("the archive's disk is gone")
        return self._archive.search(*asked, **how)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._archive, name)


def test_an_export_that_breaks_off_says_so_in_the_file_and_in_the_audit(night: Night) -> None:
    night.archive.store([make_archived(f"p-{number:04}") for number in range(700)])
    client = Client(create_app(night.console(archive=LostOnTheWay(night.archive))))
    lines = client.get("/posts.csv").content.decode("utf-8-sig").splitlines()
    assert "导出中断" in lines[-1]
    assert len(lines) == 1 + 500 + 1
    assert deeds(night.register)[-1][3] == "failed"
