"""Writes the sample city's files: the 12345 export as xlsx, and a district's older system as csv in GB18030."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

from console.sample_city.content import Channel, CityPost
from console.sample_city.day import Day, with_seconds

HEADINGS = ("工单编号", "标题", "诉求内容", "来电时间", "诉求类型", "区域", "来电人", "联系电话", "办理状态")
"""As 12345 systems head their exports; the caller's columns are there because real ones have them."""

DISTRICT_HEADINGS = ("编号", "主题", "内容", "受理时间", "类别", "所属区域")

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"


def write_hotline_export(path: Path, day: Day) -> None:
    """The 12345 export, one sheet below a heading row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单导出")
    sheet.append(HEADINGS)
    for row in _hotline_rows(day):
        sheet.append(row)
    book.save(path)


def write_district_export(path: Path, day: Day) -> None:
    """The older system's csv, in GB18030 with the line ends of Windows."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(DISTRICT_HEADINGS)
        for post in day.filed(Channel.DISTRICT):
            number = f"QX{day.stamp}{post.number:03d}"
            said_at = with_seconds(day.moment(post))
            writer.writerow((number, post.title, post.text, said_at, post.ask, post.area))


def _hotline_rows(day: Day) -> Iterator[Sequence[str | None]]:
    for post in day.filed(Channel.EXPORT):
        number = f"GD{day.stamp}{post.number:03d}"
        said_at = with_seconds(day.moment(post))
        yield (number, post.title, post.text, said_at, post.ask, post.area, _caller(post), _phone(post), "办理中")


def _caller(post: CityPost) -> str:
    return _SURNAMES[post.number % len(_SURNAMES)] + ("先生" if post.number % 2 else "女士")


def _phone(post: CityPost) -> str:
    """A number of the invented range 1390000xxxx."""
    return f"1390000{1000 + post.number:04d}"
