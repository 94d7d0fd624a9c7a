"""The single pass: the same matter together, another apart, and never a matter of batches."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.grouping.grouping import Grouping, Incoming, Placement
from consumers.grouping.memory import Remembered
from consumers.grouping.sketches import Sketch
from consumers.grouping.weights import Weights
from huiying.policy.gathering import GatheringRules, GroupingRules, Nearness
from tests.builders import NOON
from tests.consumers.grouping.matters import EVERYTHING, NOISE, OTHER_PIPE, PIPE, WAGES, incoming

WEIGHTS = Weights.load()


def grouping(threshold: float = 0.24, **rules: float) -> Grouping:
    usual = Nearness(threshold=threshold, fading_days=1000.0)
    return Grouping(GatheringRules(grouping=GroupingRules.model_validate({"usual": usual, **rules})), WEIGHTS)


def place(texts: list[str] | tuple[str, ...], **rules: float) -> list[Placement]:
    return list(grouping(**rules).place([incoming(n, text) for n, text in enumerate(texts)]).placements)


def test_the_same_matter_in_other_words_is_one_concern() -> None:
    concerns = {placement.concern for placement in place(PIPE)}
    assert len(concerns) == 1


def test_different_matters_are_different_concerns() -> None:
    concerns = [placement.concern for placement in place([PIPE[0], NOISE[0], WAGES[0]])]
    assert len(set(concerns)) == 3


def test_the_concern_begins_with_the_first_post_and_only_there() -> None:
    assert [placement.new for placement in place(PIPE)] == [True, False, False, False]


def test_a_concern_has_a_title_and_key_words_from_its_first_post() -> None:
    name = place(PIPE)[0].name
    assert name is not None
    assert name.title == "向阳路幸福小区自来水管爆裂，水漫到路上，三天没人修"
    assert name.post == "post-000"
    assert name.keywords
    assert all(word in PIPE[0] for word in name.keywords)


def test_a_repeated_text_is_a_near_duplicate_and_is_not_remembered() -> None:
    group = grouping()
    placed = group.place([incoming(0, PIPE[0], fingerprint=0b1111), incoming(1, PIPE[0], fingerprint=0b1110)])
    assert [placement.near_duplicate for placement in placed.placements] == [False, True]
    assert placed.placements[0].concern == placed.placements[1].concern
    assert [member.post for member in placed.remembered] == ["post-000"]


def test_equal_fingerprints_of_different_words_repeat_nothing() -> None:
    placed = grouping().place([incoming(0, PIPE[0], fingerprint=7), incoming(1, NOISE[0], fingerprint=7)])
    assert [placement.near_duplicate for placement in placed.placements] == [False, False]


def test_four_different_bits_and_other_words_are_no_repetition() -> None:
    placed = grouping().place([incoming(0, PIPE[0], fingerprint=0b1111), incoming(1, PIPE[1], fingerprint=0)])
    assert not placed.placements[1].near_duplicate


def test_a_text_sent_round_with_a_few_words_before_it_is_a_repetition_whatever_its_bits() -> None:
    texts = (PIPE[0], f"转发：{PIPE[0]}", f"{PIPE[0]}求扩散。")
    placed = grouping().place([incoming(n, text, fingerprint=(1 << 64 * n // 3) - 1) for n, text in enumerate(texts)])
    assert [placement.near_duplicate for placement in placed.placements] == [False, True, True]


def test_the_same_words_about_another_line_are_no_repetition() -> None:
    text = "公交{}路末班车提前了一个小时，下夜班的人回不了家，希望恢复原来的时间。"
    lines = [incoming(n, text.format(line), fingerprint=n) for n, line in enumerate(("202", "5"))]
    assert [placement.near_duplicate for placement in grouping().place(lines).placements] == [False, False]


@pytest.mark.parametrize(("where", "concerns"), [("向阳路", 1), ("桃源街", 2)])
def test_the_same_place_brings_other_words_together_and_another_keeps_them_apart(where: str, concerns: int) -> None:
    posts = ("向阳路幸福小区自来水管爆裂，水漫到路上", f"{where}的自来水一滴一滴，水压太低了，洗澡都不行")
    assert len({placement.concern for placement in place(posts, threshold=0.2)}) == concerns


@pytest.mark.parametrize(("days", "concerns"), [(0, 1), (9, 2)])
def test_what_news_tell_is_of_their_day(days: int, concerns: int) -> None:
    first, second = "【幸福小区自来水管爆裂】向阳路上全是水", "【向阳路幸福小区停水】自来水管爆裂，正在抢修"
    later = incoming(1, second, at=NOON + timedelta(days=days))
    placed = grouping().place([incoming(0, first), later])
    assert len({placement.concern for placement in placed.placements}) == concerns


def test_what_citizens_write_is_the_same_matter_months_later() -> None:
    late = incoming(1, PIPE[1], at=NOON + timedelta(days=90))
    placed = grouping(window_days=365).place([incoming(0, PIPE[0]), late])
    assert len({placement.concern for placement in placed.placements}) == 1


def test_posts_without_a_word_stand_alone() -> None:
    placements = place(["😀😀😀", "？！", "123"])
    assert len({placement.concern for placement in placements}) == 3


def test_a_storm_of_emoji_is_counted_once() -> None:
    placed = grouping().place([incoming(n, "😀😀😀", fingerprint=0) for n in range(5)])
    assert [placement.near_duplicate for placement in placed.placements] == [False, True, True, True, True]


def test_what_is_older_than_the_window_is_not_joined() -> None:
    late = incoming(1, PIPE[0], at=NOON + timedelta(days=8))
    placed = grouping(window_days=7).place([incoming(0, PIPE[0]), incoming(5, NOISE[0], at=late.at), late])
    assert [placement.new for placement in placed.placements] == [True, True, True]
    assert placed.forgotten == ()
    assert "post-000" not in {member.post for member in placed.remembered}


def test_a_concern_keeps_its_oldest_and_its_newest_members() -> None:
    group = grouping(members=4, anchors=1)
    group.place([incoming(number, PIPE[number % 4] + f"第{number}次反映。") for number in range(12)])
    concern = group.memory.members(group.place([incoming(20, PIPE[0])]).placements[0].concern)
    assert [member.post for member in concern] == ["post-000", "post-010", "post-011", "post-020"]


def test_memory_in_all_is_bounded() -> None:
    group = grouping(most_members=100, threshold=0.95)
    for number in range(300):
        group.place([incoming(number, f"{number}号居民反映第{number * 7919}件事{chr(0x4E00 + number * 37)}")])
    assert len(group.memory) == 100


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_where_a_batch_ends_changes_nothing(data: st.DataObject) -> None:
    posts = data.draw(_posts())
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(posts) - 1)), max_size=4)))
    bounds = [0, *cuts, len(posts)]
    rules = {"members": 4, "anchors": 2, "window_days": 3.0}
    whole = grouping(**rules)
    parts = grouping(**rules)
    at_once = whole.place(posts).placements
    piecewise = [
        placement for start, end in pairwise(bounds) for placement in parts.place(posts[start:end]).placements
    ]
    assert list(at_once) == piecewise
    assert _members(whole) == _members(parts)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_memory_read_back_is_the_memory_that_was_lost(data: st.DataObject) -> None:
    posts = data.draw(_posts())
    stop = data.draw(st.integers(0, len(posts)))
    rules = {"members": 4, "anchors": 2, "window_days": 3.0}
    undisturbed, before, after = grouping(**rules), grouping(**rules), grouping(**rules)
    kept: dict[str, Remembered] = {}
    placements: list[Placement] = []
    for group, some in ((before, posts[:stop]), (after, posts[stop:])):
        if group is after:
            after.recall(_through_the_register(member) for member in kept.values())
        placed = group.place(some)
        kept |= {member.post: member for member in placed.remembered}
        for post in placed.forgotten:
            del kept[post]
        placements.extend(placed.placements)
    assert list(undisturbed.place(posts).placements) == placements
    assert _members(undisturbed) == _members(after) == {member.post: member.concern for member in kept.values()}


@st.composite
def _posts(draw: st.DrawFn) -> list[Incoming]:
    chosen = draw(st.lists(st.integers(0, len(EVERYTHING) - 1), min_size=1, max_size=25))
    minutes = draw(st.lists(st.integers(0, 60 * 24 * 6), min_size=len(chosen), max_size=len(chosen)))
    return [
        incoming(
            number,
            EVERYTHING[which] + draw(st.sampled_from(["", "求回复", "已经第三次反映了"])),
            at=NOON + timedelta(minutes=minute),
            fingerprint=draw(st.sampled_from([None, which, which ^ 0b10, which << 8])),
        )
        for number, (which, minute) in enumerate(zip(chosen, minutes, strict=True))
    ]


def _members(group: Grouping) -> dict[str, str]:
    return {
        member.post: member.concern
        for slot in range(group.memory.reserve(0).start)
        if (member := group.memory.at_slot(slot)) is not None
    }


def _through_the_register(member: Remembered) -> Remembered:
    sketch = Sketch.unpack(member.sketch.pack())
    return replace(member, sketch=sketch, slot=-1)


def test_the_same_words_about_another_place_are_less_alike_than_other_words_about_this_place() -> None:
    group = grouping(threshold=0.99)
    placed = group.place([incoming(0, PIPE[0]), incoming(1, OTHER_PIPE), incoming(2, PIPE[3])])
    one, other_place, other_words = (group.memory.members(each.concern)[0].sketch for each in placed.placements)
    assert one.similarity(one) == pytest.approx(1.0)
    assert one.similarity(other_place) < 1.0
    assert one.similarity(other_words) > 0.1
