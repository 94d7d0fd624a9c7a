"""A concern's title is a sentence that a person would have chosen."""

import pytest

from consumers.grouping.titles import LONGEST, key_words, title_candidate, words_of
from consumers.grouping.weights import Weights


@pytest.mark.parametrize(
    ("title", "text", "chosen"),
    [
        (
            "",
            "尊敬的市长：您好！向阳路幸福小区自来水管爆裂三天没人修。请尽快处理。",
            "向阳路幸福小区自来水管爆裂三天没人修",
        ),
        ("幸福小区停水三天", "领导您好，我是幸福小区的居民，已经停水三天了。", "幸福小区停水三天"),
        ("", "【桃源街路面塌陷】今天下午三点，桃源街路面塌陷，交警在场。", "桃源街路面塌陷"),
        ("", "#今日热议# 桃源街路面塌陷了怎么没人管 http://t.cn/abc @晚报", "桃源街路面塌陷了怎么没人管"),
        ("", "市政府门口的路灯坏了一个月没有人修", "市政府门口的路灯坏了一个月没有人修"),
        ("", "各位领导，大家好！桃源街路面塌陷三天了。", "桃源街路面塌陷三天了"),
        ("", "你好。我的电话是[电话]。金马路搅拌站夜里施工噪音扰民严重", "金马路搅拌站夜里施工噪音扰民严重"),
        (
            "",
            "尊敬的城乡规划局及轨道交通的领导们：您好！为此我们多次反映无果。金马路搅拌站夜里施工噪音扰民。",
            "金马路搅拌站夜里施工噪音扰民",
        ),
        ("", "在大力建设宜居城市的大背景下。但是至今没人管。桃源街路面塌陷三天了。", "桃源街路面塌陷三天了"),
        (
            "",
            "来电人称幸福小区电梯本周第三次困人。地址：桃源街幸福小区3号楼〔单元门牌〕，联系人：〔姓名〕，电话〔电话〕",
            "幸福小区电梯本周第三次困人",
        ),
        ("", "【桃源街路面塌陷】  L小城晚报的微博视频", "桃源街路面塌陷"),
        ("", "桃源街路面塌陷三天了没人管 L小城晚报的秒拍视频", "桃源街路面塌陷三天了没人管"),
    ],
)
def test_the_sentence_that_names_the_matter_is_chosen(title: str, text: str, chosen: str) -> None:
    assert title_candidate(title, text) == chosen


def test_a_long_sentence_ends_at_a_clause() -> None:
    text = (
        "滨海建筑公司拖欠农民工工资半年，三十多名工人多次讨要无果，劳动监察部门至今没有给出任何答复，工人们无法回家"
    )
    assert title_candidate("", text) == "滨海建筑公司拖欠农民工工资半年，三十多名工人多次讨要无果"


def test_a_clause_that_only_introduces_another_ends_no_title() -> None:
    text = (
        "桃源街昨夜路面塌陷，市政部门负责人今天上午在现场接受记者采访时表示，初步查明原因是地下供水管道老化后长期渗漏"
    )
    assert title_candidate("", text) == "桃源街昨夜路面塌陷"


@pytest.mark.parametrize("text", ["😀😀", "http://t.cn/x", "啊" * 1000, "？！", "[电话]"])
def test_there_is_always_a_title_and_never_a_long_one(text: str) -> None:
    assert 0 < len(title_candidate("", text)) <= LONGEST


def test_a_post_without_words_says_so() -> None:
    assert title_candidate("", "  ") == "（无文字）"


def test_key_words_are_pieces_of_the_titles_and_none_is_part_of_another() -> None:
    titles = ["向阳路幸福小区自来水管爆裂", "幸福小区自来水管爆裂没人修"]
    words = key_words(words_of(Weights.load(), titles))
    assert words
    assert all(any(word in title for title in titles) and 2 <= len(word) <= 5 for word in words)
    assert not any(one != other and one in other for one in words for other in words)
