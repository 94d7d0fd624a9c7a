"""config/review.yaml and config/publishing.yaml."""

from datetime import timedelta
from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.gate import Gate
from huiying.policy.policy import default_office
from huiying.policy.publishing import read_publishing
from huiying.policy.review import read_review
from tests.builders import NOON

SHIPPED = (default_office() / "review.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("was", "put", "why"),
    [
        ("minimum_people: 2", "minimum_people: 1", "minimum_people：“1”应不小于 2"),
        ("sign_afterwards_hours: 6", "sign_afterwards_hours: 100", "应不大于 72"),
        ("id: second", "id: first", "席位 first 写了两次"),
        ("    - {id: sign, title: 签发}", "", "应为列表"),
        ("release:\n", "release:\n  co_handlers: true\n", "协办单位只在审核会签"),
        ("id: publicity", "id: 宣传", "id"),
    ],
)
def test_a_chain_that_lets_one_person_pass_alone_is_refused(tmp_path: Path, was: str, put: str, why: str) -> None:
    assert was in SHIPPED
    (tmp_path / "review.yaml").write_text(SHIPPED.replace(was, put), "utf-8")
    with pytest.raises(Misconfigured, match=why):
        read_review(tmp_path)


def test_gates_follow_one_another_unless_they_are_expedited() -> None:
    rules = read_review(default_office())
    usual = [clock.due_at - NOON for clock in rules.clocks(NOON, expedited=False)]
    assert usual == [timedelta(hours=4), timedelta(hours=8), timedelta(hours=10)]
    expedited = [clock.due_at - NOON for clock in rules.clocks(NOON, expedited=True)]
    assert expedited == [timedelta(minutes=30), timedelta(minutes=60), timedelta(minutes=90)]
    assert all(clock.basis.startswith("本单位自定") for clock in rules.clocks(NOON, expedited=True))


def test_a_co_handler_that_has_a_seat_gets_no_second_one() -> None:
    seats = read_review(default_office()).seats(["网信办", "卫生局", "卫生局"])
    assert [seat.unit for seat in seats if seat.gate is Gate.CONTENT] == ["宣传部", "网信办", "卫生局"]


def test_an_unknown_channel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "publishing.yaml").write_text("channels: [rooftop]\n", "utf-8")
    with pytest.raises(Misconfigured, match=r"channels.*rooftop.*应为以下之一"):
        read_publishing(tmp_path)
