"""Secrecy marks of documents, and everyday words that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from huiying.secrecy import secrecy_marks


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("机密★10年\n关于某项工作的通知", "机密★10年"),
        ("绝密★长期", "绝密★长期"),
        ("秘密★ 1年\n各区市县", "秘密★ 1年"),
        ("【机密☆5年】转给大家看看", "机密☆5年"),
        ("绝密★启用前 高考试卷", "绝密★启用前"),
        ("密级：机密", "密级:机密"),
        ("密级:秘密  保密期限：三年", "密级:秘密"),
        ("文件抬头写着 保密期限：10年", "保密期限:10年"),
        ("机密\n大连市某局文件\n各单位：", "机密"),
        ("转一份东西\n  绝 密  \n第3号", "绝 密"),
        ("【秘密】会议纪要", "秘密"),
        ("内部文件，不得外传", "内部文件,不得外传"),
        ("内部资料 请勿对外传播", "内部资料 请勿对外传播"),
        ("此件为内部材料，严禁转发", "此件为内部材料,严禁转发"),
        ("内部明电 注意保存\n关于", "内部明电 注意保存"),
        ("阅后销毁，不得外传", "阅后销毁,不得外传"),
        ("涉密文件！严禁复制", "涉密文件!严禁复制"),
        ("机密*20年\n通知", "机密*20年"),
    ],
)
def test_a_document_s_mark_is_found(text: str, mark: str) -> None:
    assert mark in secrecy_marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "他们说这是机密，不告诉我们",
        "公司泄露商业秘密被处罚",
        "电影《绝密飞行》很好看",
        "依法申请公开，答复说涉及国家秘密不予公开",
        "保密局开展保密宣传月活动",
        "我的秘密花园",
        "人口密度太大，楼间距太密",
        "请为我的个人信息保密",
        "内部装修噪音太大",
        "单位内部文件管理混乱",
        "密切关注此事",
        "这件事不是什么秘密。大家都知道",
        "密码忘了怎么办",
        "机密级计算机培训",
        "",
    ],
)
def test_everyday_words_are_no_mark(text: str) -> None:
    assert secrecy_marks(text) == ()


def test_marks_are_told_once_in_their_order() -> None:
    assert secrecy_marks("机密★10年\n正文\n机密★10年\n密级：秘密") == ("机密★10年", "密级:秘密")


@given(some.text() | some.text(alphabet="绝机秘密★ 级：期限内部文件不得外传\n【】10年"))
def test_no_text_whatever_raises(text: str) -> None:
    assert isinstance(secrecy_marks(text), tuple)
