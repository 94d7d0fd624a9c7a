"""The files that the sample city hands to `huiying import`."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook

from console.sample_city.content import Channel, read_content
from console.sample_city.day import Day
from console.sample_city.filing import DISTRICT_HEADINGS, HEADINGS, write_district_export, write_hotline_export
from huiying.moments import read_moment

START = datetime(2026, 11, 24, 0, 15, 33, tzinfo=UTC)
DAY = Day(read_content(), START)


def test_the_12345_export_opens_and_holds_every_order(tmp_path: Path) -> None:
    path = tmp_path / "12345.xlsx"
    write_hotline_export(path, DAY)
    book = load_workbook(path, read_only=True)
    heading, *rows = book.active.iter_rows(values_only=True)
    book.close()
    assert heading == HEADINGS
    assert [row[2] for row in rows] == [post.text for post in DAY.filed(Channel.EXPORT)]
    assert len({row[0] for row in rows}) == len(rows) >= 15
    assert all(str(row[7]).startswith("1390000") and len(str(row[7])) == 11 for row in rows)


def test_the_orders_were_taken_before_the_start(tmp_path: Path) -> None:
    path = tmp_path / "12345.xlsx"
    write_hotline_export(path, DAY)
    book = load_workbook(path, read_only=True)
    taken = [read_moment(str(row[3]), START) for row in book.active.iter_rows(min_row=2, values_only=True)]
    book.close()
    assert all(moment is not None and moment < START for moment in taken)


def test_the_districts_csv_is_in_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "district.csv"
    write_district_export(path, DAY)
    heading, *rows = csv.reader(path.read_bytes().decode("gb18030").splitlines())
    assert tuple(heading) == DISTRICT_HEADINGS
    assert [row[2] for row in rows] == [post.text for post in DAY.filed(Channel.DISTRICT)]
