"""What is read off the words of a 批示."""

from datetime import datetime

import pytest

from huiying.clock import BEIJING
from responders.tasks.ordering import read_order
from tests.console.night import NOW
from tests.shipped import shipped_policy


@pytest.mark.parametrize(
    ("text", "bureau", "due"),
    [
        ("请市建委今晚前逐户回访，明早报结果。", "建委", "2026-11-23 08:00"),
        ("水务局上午9时前对外说明", "水务局", None),
        ("请市水务局今天上午9时前对外说明", "水务局", "2026-11-22 09:00"),
        ("市教育局明天下午3点半前回复家长", "教育局", "2026-11-23 15:30"),
        ("城管局三日内整改到位", "城管局", "2026-11-26 00:00"),
        ("24小时内报初步情况", "", "2026-11-23 02:14"),
        ("11月27日前答复", "", "2026-11-28 00:00"),
        ("下周一上午开会研究", "", "2026-11-23 12:00"),
        ("今后要举一反三，当前先稳住", "", None),
        ("昨天的事不要再拖", "", None),
    ],
)
def test_a_bureau_and_a_deadline_are_read_where_they_are_named(text: str, bureau: str, due: str | None) -> None:
    read = read_order(text, shipped_policy().bureaus, NOW)
    assert read.bureau == bureau
    wanted = datetime.strptime(due, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING) if due else None
    assert (read.due_at.replace(second=0) if read.due_at else None) == wanted


def test_a_matters_number_is_read() -> None:
    assert read_order("见2026-1187，请核实", shipped_policy().bureaus, NOW).number == "2026-1187"
