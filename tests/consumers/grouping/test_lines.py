"""`huiying gather FILE`: lines in, concerns out, in the same order."""

import pytest

from consumers.grouping.lines import group_lines
from huiying.failures import Rejected
from tests.consumers.grouping.matters import NOISE, PIPE


def test_every_line_comes_back_in_order_with_its_concern() -> None:
    lines = [{"id": f"m{number}", "text": text} for number, text in enumerate([PIPE[0], NOISE[0], PIPE[1]])]
    grouped = list(group_lines(lines))
    assert [each["id"] for each in grouped] == ["m0", "m1", "m2"]
    assert grouped[0]["concern"] == grouped[2]["concern"] != grouped[1]["concern"]


def test_ids_come_back_as_they_were_given_even_twice() -> None:
    grouped = list(group_lines([{"id": 7, "text": PIPE[0]}, {"id": 7, "text": NOISE[0]}]))
    assert [each["id"] for each in grouped] == [7, 7]
    assert grouped[0]["concern"] != grouped[1]["concern"]


def test_a_title_stands_for_the_matter_too() -> None:
    first = {
        "id": 1,
        "title": "向阳路幸福小区自来水管爆裂",
        "text": "三天没人修了，怎么办。",
        "time": "2014/5/30 8:00",
    }
    second = {"id": 2, "title": "", "text": "向阳路幸福小区自来水管爆裂", "time": "2014-05-30"}
    grouped = list(group_lines([first, second]))
    assert grouped[0]["concern"] == grouped[1]["concern"]


@pytest.mark.parametrize("time", ["", "不知道", "2014-13-45", None])
def test_a_time_that_cannot_be_read_does_not_stop_the_grouping(time: str | None) -> None:
    assert len(list(group_lines([{"id": 1, "text": PIPE[0], "time": time}]))) == 1


@pytest.mark.parametrize(
    "line", [{"text": "没有编号"}, {"id": 1}, {"id": 1, "text": 5}, {"id": 1, "text": "x", "title": 3}]
)
def test_a_line_that_is_none_is_named(line: dict[str, object]) -> None:
    with pytest.raises(Rejected, match="line 2"):
        list(group_lines([{"id": 0, "text": PIPE[0]}, line]))
