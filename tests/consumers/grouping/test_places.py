"""Places and lines are told by how they are written, without a list of them."""

import pytest

from consumers.grouping.places import Relation, relation
from consumers.grouping.sketches import sketch_all
from consumers.grouping.weights import Weights

WEIGHTS = Weights.load()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("向阳路的路灯坏了", "市民反映向阳路晚上没有灯", Relation.SHARED),
        ("向阳路的路灯坏了", "桃源街的路灯坏了", Relation.APART),
        ("泉水街道自来水发黄", "泉水的水怎么黄了", Relation.SHARED),
        ("泉水街道自来水发黄", "我们家的水怎么黄了", Relation.UNKNOWN),
        ("坐202路要等半个小时", "坐5路要等半个小时", Relation.APART),
        ("坐202路要等半个小时", "202路又晚点了", Relation.SHARED),
        ("3号线的电梯坏了", "12号线的电梯坏了", Relation.APART),
        ("这条路没有灯", "多个小区停水，附近学校也停了", Relation.UNKNOWN),
        ("A3区停水", "B市停水", Relation.UNKNOWN),
        ("", "向阳路停水", Relation.UNKNOWN),
    ],
)
def test_two_posts_share_a_place_or_are_apart_or_nobody_knows(one: str, other: str, expected: Relation) -> None:
    first, second = sketch_all(WEIGHTS, [one, other], ["", ""])
    assert relation(first.places, first.grams, second.places, second.grams) is expected
    assert relation(second.places, second.grams, first.places, first.grams) is expected
