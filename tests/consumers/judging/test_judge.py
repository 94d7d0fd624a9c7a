"""What the shipped judge says of hand-written posts."""

import pytest

from consumers.judging.judge import Judge
from consumers.judging.lines import judge_lines
from consumers.judging.model import SHIPPED
from consumers.judging.why import explain
from huiying.post import Assessment, Kind, SourceKind, Tone

BURST_PIPE = "甘井子区泉水小区水管爆裂，整个小区几百户停水三天了，打自来水公司电话没人管，老人孩子喝水都成问题"


@pytest.mark.parametrize(
    ("post", "bureau"),
    [
        (BURST_PIPE, "水务局"),
        ("沙河口区这家幼儿园今年招生名额怎么算？我家孩子户口在本学区能不能报上名", "教育局"),
        ("中山区工地半夜两点还在打桩施工扰民，楼里没有一个人能睡着", "城管局"),
        ("化工厂夜里偷排废气，整个营城子都是刺鼻的臭味", "环保局"),
        ("包工头拖欠农民工工资半年，四十多个工人等着回家过年", "人社局"),
        ("公积金提取用来付房租，需要准备什么材料", "住房公积金中心"),
        ("路口红绿灯坏了一周，早高峰交警也不来，差点出事", "公安局"),
        ("开发商延期交房两年，售楼处已经没人了，几百户业主在等", "国土房屋局"),
        ("夜市一家摊子的海鲜变质，我们一桌人吃完上吐下泻，去医院说是食物中毒", "食品药品监管局"),
        ("低保申请交上去三个月没批下来，残疾老人生活困难，该找谁问", "民政局"),
    ],
)
def test_the_bureau_that_answers_is_named_first(judge: Judge, post: str, bureau: str) -> None:
    [assessment] = judge.assess([post])
    assert assessment.bureaus[0].bureau == bureau


def test_an_angry_complaint_about_water_is_negative_touches_duty_11_and_affects_many(judge: Judge) -> None:
    [assessment] = judge.assess([BURST_PIPE])
    assert assessment.tone is Tone.NEGATIVE
    assert 11 in [duty.number for duty in assessment.duties]
    assert assessment.urgency == 2
    assert assessment.lead == "水务局"


def test_people_trapped_in_a_fire_is_danger_to_life_and_a_drill_is_not(judge: Judge) -> None:
    fire, drill = judge.assess(["中山区一栋居民楼着火，有人被困在七楼", "社区今天组织了消防演练，没有危险"])
    assert fire.urgency == 3
    assert drill.urgency < 3


@pytest.mark.parametrize(
    "cry",
    [
        "旅顺船厂脚手架塌了，有人压在下面，家属被拦在门外",
        "孩子溺水了，夏家河子浴场这边一个救生员都没有",
        "五楼有人坐在楼顶要跳下去，快派人来",
        "电梯里困了个老太太，电梯坠落到一楼叫不醒",
        "厨房着火了，烟已经进楼道",
    ],
)
def test_a_cry_for_help_is_danger_to_life(judge: Judge, cry: str) -> None:
    assert judge.assess([cry])[0].urgency == 3


@pytest.mark.parametrize(
    "words",
    [
        "楼道堆满杂物，一旦发生火灾，后果不堪设想",
        "这首歌听得我中毒太深，单曲循环一晚上",
        "消防通道被占，着火了怎么办，谁来负责",
        "没有人员伤亡，危险已排除",
        "开发商道德绑架业主，说不签字就不给钥匙",
    ],
)
def test_danger_that_may_be_or_is_only_a_figure_of_speech_is_not_danger_to_life(judge: Judge, words: str) -> None:
    assert judge.assess([words])[0].urgency < 3


def test_a_long_letter_needs_more_than_one_word_of_danger(judge: Judge) -> None:
    cry = "化工厂液体外溢，旁边有起火的味道"
    letter = cry + "。我们是住在附近的居民，多次向有关部门写信，希望能够搬迁，一直没有得到答复" * 4
    assert [assessment.urgency for assessment in judge.assess([cry, letter])] == [3, 2]


def test_what_the_speaker_wants_is_told_apart(judge: Judge) -> None:
    posts = [
        "请问办理居住证需要什么手续？",
        "实名举报某局科长受贿，收了开发商二十万",
        "建议在地铁站出口增设一处公交站，方便换乘",
        "感谢民警帮我找回走失的父亲，特此表扬",
    ]
    kinds = [assessment.kind for assessment in judge.assess(posts)]
    assert kinds == [Kind.ENQUIRY, Kind.REPORT, Kind.SUGGESTION, Kind.PRAISE]


def test_scores_of_tone_add_up_and_candidates_come_best_first(judge: Judge) -> None:
    [assessment] = judge.assess([BURST_PIPE])
    tone = assessment.tone_scores
    assert tone.negative + tone.neutral + tone.positive == pytest.approx(1, abs=0.001)
    scores = [match.score for match in assessment.bureaus]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)


def test_a_post_is_judged_alike_alone_and_in_any_batch(judge: Judge) -> None:
    posts = [BURST_PIPE, "", "好", "今天天气不错", "请问公积金怎么提取？" * 90, "🚌🚌🚌", "工资拖欠" * 3] * 90
    together = judge.assess(posts)
    assert [judge.assess([post])[0] for post in posts[:14]] == together[:14]
    assert judge.assess(posts[3:])[:20] == together[3:23]


def test_a_post_that_names_no_matter_has_candidates_but_no_lead(judge: Judge) -> None:
    [assessment] = judge.assess(["就这样吧，随便说说"])
    assert assessment.lead is None
    assert len(assessment.bureaus) == 5


def test_football_and_companies_of_the_city_s_name_are_not_its_public_affairs(judge: Judge) -> None:
    club, road, pipe = judge.assess(
        ["大连实德当年夺冠的那场球真是经典，大连球迷都哭了", "上海大连路地铁站出口那家咖啡不错", "大连" + BURST_PIPE]
    )
    assert (club.relevant, road.relevant, pipe.relevant) == (False, False, True)


def test_chatter_is_irrelevant_and_another_city_s_trouble_is_too(judge: Judge) -> None:
    chatter, elsewhere = judge.assess(["晚上吃火锅，好开心呀", "武汉洪山区停水三天，自来水公司电话打不通"])
    assert not chatter.relevant
    assert not elsewhere.relevant


def test_what_is_written_to_the_office_is_relevant_by_definition(judge: Judge) -> None:
    posts = ["路灯不亮", "路灯不亮"]
    mailbox, nowhere = judge.assess(posts, source_kinds=[SourceKind.MAILBOX, SourceKind.SOCIAL])
    assert mailbox.relevance == 1
    assert nowhere.relevance < 1


def test_many_reposts_raise_attention(judge: Judge) -> None:
    quiet, loud = judge.assess([BURST_PIPE] * 2, engagements=[0, 5000])
    assert loud.attention > quiet.attention + 0.2


@pytest.mark.parametrize("post", ["", " \n", "\x00\x02", "\ud800\udfff坏", "😀" * 300, "水" * 1_000_000, "\ue000"])
def test_hostile_input_is_judged_like_any_other(judge: Judge, post: str) -> None:
    neighbour, assessment, other = judge.assess([BURST_PIPE, post, BURST_PIPE])
    assert neighbour == other
    assert 0 <= assessment.relevance <= 1
    assert assessment.lead is None or assessment.lead == "水务局"


def test_near_duplicates_have_near_fingerprints_and_other_texts_do_not(judge: Judge) -> None:
    one, nearly, other = judge.assess(
        [BURST_PIPE, BURST_PIPE + "！", "请问公积金提取用来付房租，需要准备什么材料，多久到账"]
    )
    assert (one.fingerprint ^ nearly.fingerprint).bit_count() <= 6
    assert (one.fingerprint ^ other.fingerprint).bit_count() >= 16


def test_without_the_words_that_decided_the_score_falls(judge: Judge) -> None:
    because = explain(judge, BURST_PIPE)
    words = [word for word, _ in because.lead]
    assert "水管爆裂" in words or "自来水" in words
    shortened = BURST_PIPE
    for word in words:
        shortened = shortened.replace(word, "")
    before, after = judge.assess([BURST_PIPE, shortened])
    assert dict(_scores(after)).get("水务局", 0) < dict(_scores(before))["水务局"] - 0.3
    assert 11 in because.duties
    assert because.urgency


def test_the_lines_of_the_judge_command_have_the_promised_fields(judge: Judge) -> None:
    [line] = judge_lines(judge, [{"id": 7, "text": BURST_PIPE}], {"水务局": "市水务局"}, why=True)
    promised = "id relevant tone tone_scores attention lead bureaus duties kind urgency because"
    assert list(line) == promised.split()
    assert line["id"] == 7
    assert line["bureaus"][0]["bureau"] == "市水务局"
    assert line["bureaus"][0]["short"] == "水务局"
    assert line["because"]["lead"][0]["weight"] > 0


def test_the_shipped_weights_stay_under_ten_megabytes() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 10_000_000


def _scores(assessment: Assessment) -> list[tuple[str, float]]:
    return [(match.bureau, match.score) for match in assessment.bureaus]
