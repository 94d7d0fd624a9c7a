"""Which categories a matter may belong to, with the default office's signs, and why."""

from pathlib import Path

import pytest

from consumers.judging.first_answers import Suggestions, suggest, suggest_for_posts
from huiying.failures import Misconfigured
from huiying.policy.first_answers import FirstAnswerRules, read_first_answers
from huiying.post import SourceKind
from tests.builders import make_archived, make_assessment
from tests.consumers.judging.conftest import CONFIG

RULES = read_first_answers(CONFIG)


def _suggested(
    text: str, *, urgency: int = 1, attention: float = 0.0, kind: SourceKind = SourceKind.SOCIAL
) -> Suggestions:
    return suggest(RULES, text, make_assessment(urgency=urgency, attention=attention), kind)


def _ids(found: Suggestions) -> tuple[list[str], list[str]]:
    return [one.ground.id for one in found.first_answers], [one.ground.id for one in found.collection_points]


def test_the_rule_has_five_kinds_and_six_points_each_with_its_clause() -> None:
    assert len(RULES.first_answers) == 5
    assert len(RULES.collection_points) == 6
    assert all("〔2016〕61号" in ground.basis for ground in RULES.first_answers)
    assert all("〔2016〕80号" in ground.basis for ground in RULES.collection_points)


@pytest.mark.parametrize(
    ("text", "first", "point"),
    [
        ("听说明年起医保个人账户要清零，是真的吗？问了一圈说法不一", "misreading", None),
        ("泉水这边停暖三天了，几百户都冻着，业主们联名写了信", "interest", None),
        ("幼儿园老师用针扎孩子，家长看了监控当场崩溃，这就是虐童", "bottom-line", "bottom-line"),
        ("化工厂爆炸了，半边天都是黑烟", "emergency", "emergency"),
        ("国务院督查组交办的这个问题，区里到底什么时候答复", "superior", "decisions"),
        ("国务院常务会议定的减税，到我们这儿怎么就没有下文", None, "decisions"),
        ("记者暗访发现多家超市销售过期食品", None, "press"),
        ("城管执法打人的视频在朋友圈刷屏，到现在也没个说法", None, "credit"),
        ("紧急通知：今晚全市停水三天，大家快抢购矿泉水，速转", None, "false-information"),
    ],
)
def test_a_text_suggests_its_category(text: str, first: str | None, point: str | None) -> None:
    firsts, points = _ids(_suggested(text))
    assert first is None or first in firsts
    assert point is None or point in points


@pytest.mark.parametrize(
    "text",
    [
        "请问办理居住证需要带什么材料",
        "社区组织消防演练，学习火灾逃生",
        "小区门口的路灯不亮",
        "今天股市爆炸性新闻真多",
    ],
)
def test_ordinary_matters_suggest_nothing(text: str) -> None:
    assert _ids(_suggested(text)) == ([], [])


def test_every_sign_is_needed_and_tells_its_words() -> None:
    alone = _suggested("停暖三天了，我家老人冻病了")
    assert "interest" not in _ids(alone)[0]
    [both] = [one for one in _suggested("停暖三天了，全小区都冻着").first_answers if one.ground.id == "interest"]
    assert {seen.sign: seen.words for seen in both.seen} == {"切身利益": ("停暖",), "较大影响": ("全小区",)}


def test_what_a_long_letter_mentions_by_the_way_does_not_count() -> None:
    letter = "小区门口的路灯不亮，晚上看不清路，老人出门不方便。" * 10
    assert _ids(_suggested(f"{letter}听说别处停暖三天，全小区都冻着")) == ([], [])


def test_a_level_or_a_kind_of_source_can_stand_for_words() -> None:
    assert "emergency" in _ids(_suggested("桥上有人要跳下去", urgency=3))[0]
    assert "emergency" not in _ids(_suggested("桥上有人要跳下去", urgency=2))[0]
    told = "城区供暖单位上调取暖费"
    assert "press" in _ids(_suggested(told, kind=SourceKind.NEWS))[1]
    assert "press" not in _ids(_suggested(told, kind=SourceKind.FORUM))[1]


def test_a_longer_word_is_told_once() -> None:
    [found] = [one for one in _suggested("地铁站大面积停水").first_answers if one.ground.id == "emergency"]
    assert found.seen[0].words == ("大面积停水",)


def test_a_concern_s_posts_count_together_and_the_most_frequent_comes_first() -> None:
    quiet = make_assessment(urgency=1, attention=0)
    posts = [
        make_archived("a", text="停暖三天，全小区都冻着，急", assessment=quiet),
        make_archived("b", text="又停暖了，业主们都来投诉", assessment=quiet),
        make_archived("c", text="锅炉房爆炸，全小区停暖", assessment=quiet),
        make_archived("d", text="什么时候来暖气", assessment=quiet),
    ]
    found = suggest_for_posts(RULES, posts).first_answers
    assert [(one.ground.id, one.posts) for one in found] == [("interest", 3), ("emergency", 1)]
    assert found[0].seen[1].words[0] == "全小区"
    assert suggest_for_posts(RULES, []) == Suggestions(first_answers=(), collection_points=())


def test_a_sign_that_nothing_can_show_and_a_word_too_short_are_mistakes(tmp_path: Path) -> None:
    ground = (
        "first_answers:\n  - {{id: a, title: 甲, basis: 乙, mark: M, signs: {{丙: {sign}}}}}\ncollection_points: []\n"
    )
    for sign in ("{}", "{words: [药]}"):
        (tmp_path / "first_answers.yaml").write_text(ground.format(sign=sign), "utf-8")
        with pytest.raises(Misconfigured, match=r"first_answers\.yaml"):
            read_first_answers(tmp_path)
    (tmp_path / "first_answers.yaml").write_text(ground.format(sign="{words: [药品]}"), "utf-8")
    assert isinstance(read_first_answers(tmp_path), FirstAnswerRules)
