"""What the sample city's hand-written day holds."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from console.sample_city.content import FILED, Broken, Channel, CityPost, read_content, read_offset
from huiying.failures import Misconfigured

POSTS = read_content()
BUREAUS_OF_THE_NOTICE = {
    **{1: {"行政服务中心", "编委办"}, 2: {"工商局", "质监局"}, 3: {"财政局"}, 4: {"财政局"}, 5: {"审计局"}},
    **{6: {"国土房屋局"}, 7: {"国土房屋局"}, 8: {"国土房屋局"}, 9: {"财政局"}, 10: {"建委", "发展改革委"}},
    **{12: {"科技局"}, 13: {"卫生局"}, 14: {"人社局"}, 15: {"民政局"}, 16: {"物价局"}},
    **{18: {"安监局"}, 19: {"食品药品监管局"}, 20: {"发展改革委"}},
}


def test_the_day_holds_enough_posts_on_every_channel() -> None:
    channels = Counter(post.channel for post in POSTS)
    assert len(POSTS) >= 280
    assert all(channels[channel] >= 10 for channel in Channel)


def test_every_duty_of_the_notice_is_spoken_of() -> None:
    duties = Counter(number for post in POSTS for number in post.duties)
    assert set(duties) == set(range(1, 21))
    assert min(duties.values()) >= 6


@pytest.mark.parametrize("number", sorted(BUREAUS_OF_THE_NOTICE))
def test_the_first_duty_of_a_post_belongs_to_its_lead_bureau(number: int) -> None:
    leads = {post.bureau for post in POSTS if post.duties[:1] == (number,)}
    assert leads <= BUREAUS_OF_THE_NOTICE[number]


def test_the_water_burst_comes_in_the_first_three_minutes_from_several_channels() -> None:
    burst = [post for post in POSTS if post.matter == "泉水街道自来水发黄有异味"]
    soon = [post for post in burst if timedelta() < post.at <= timedelta(minutes=3)]
    assert len(soon) >= 55
    assert len({post.channel for post in soon}) >= 4
    assert len({post.text for post in soon if post.text}) == len([post for post in soon if post.text])


def test_the_slow_concern_is_spread_over_the_day() -> None:
    at = sorted(post.at for post in POSTS if post.matter == "机场街道供热温度不达标")
    assert 8 <= len(at) <= 20
    assert at[-1] - at[0] > timedelta(hours=18)


def test_no_official_post_speaks_of_the_rumour() -> None:
    rumour = [post for post in POSTS if post.matter == "网传中考取消体育加试"]
    assert len(rumour) >= 12
    assert Channel.GOV not in {post.channel for post in rumour}


def test_the_storm_is_one_text_with_small_changes() -> None:
    storm = [post for post in POSTS if post.matter == "星海公园东侧夜市油烟扰民"]
    original = storm[0].text
    assert len(storm) == 26
    assert all(original in post.text and len(post.text) - len(original) <= 20 for post in storm)
    assert len({post.text for post in storm}) == 26


def test_there_is_chatter_that_concerns_no_bureau() -> None:
    chatter = [post for post in POSTS if not post.relevant and not post.secrecy and post.broken is None]
    assert len(chatter) >= 60
    assert all(post.bureau is None and not post.duties for post in chatter)


def test_one_post_bears_secrecy_marks_and_one_reports_wrongdoing() -> None:
    assert [bool(re.search("机密★1年", post.text)) for post in POSTS if post.secrecy] == [True]
    assert any(post.ask == "举报" and post.text.startswith("举报") for post in POSTS)


def test_each_kind_of_broken_page_occurs() -> None:
    assert {post.broken for post in POSTS if post.broken} == set(Broken)


def test_what_comes_to_the_hotline_or_in_a_file_names_what_is_asked_and_where() -> None:
    addressed = [post for post in POSTS if post.channel in FILED | {Channel.HOTLINE}]
    assert all(post.ask and post.area for post in addressed)
    assert all(post.at < timedelta() for post in POSTS if post.channel in FILED)


def test_the_words_of_one_matter_differ_from_voice_to_voice() -> None:
    storm = "星海公园东侧夜市油烟扰民"
    said = Counter(post.text for post in POSTS if post.text and post.matter != storm)
    assert [text for text, times in said.items() if times > 1] == []


def test_what_the_old_government_site_says_can_be_written_in_gb2312() -> None:
    official = [post for post in POSTS if post.channel is Channel.GOV]
    assert official
    for post in official:
        assert (post.title + post.text).encode("gb2312").decode("gb2312") == post.title + post.text


def test_personal_data_comes_only_from_the_invented_ranges() -> None:
    mobiles = _found(r"(?<!\d)1[3-9]\d ?\d{4} ?\d{4}(?!\d)")
    assert len(mobiles) >= 4
    assert all(number.replace(" ", "").startswith("13900000") for number in mobiles)
    cards = _found(r"(?<!\d)\d{17}[\dX](?!\d)")
    assert cards
    assert all(card.startswith("210299") for card in cards)
    assert all(landline.startswith("0411-800000") for landline in _found(r"0\d{2,3}-\d{7,8}"))
    plates = _found(r"辽[A-Z]·?[0-9A-Z]{5}")
    assert plates
    assert all(plate.replace("·", "").startswith("辽B00") for plate in plates)
    assert all(address.endswith("@example.com") for address in _found(r"[\w.]+@[\w.]+\w"))


@pytest.mark.parametrize(
    ("written", "seconds"), [("-3h20m", -12000), ("-45m", -2700), ("8s", 8), ("2m30s", 150), ("-22h", -79200)]
)
def test_a_distance_from_the_start_is_read(written: str, seconds: int) -> None:
    assert read_offset(written) == timedelta(seconds=seconds)


def test_a_slip_in_a_content_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("matters:\n- posts:\n  - {on: forum, at: soon, title: 一个标题}\n", "utf-8")
    with pytest.raises(Misconfigured, match=r"第 3 行.*soon"):
        read_content(tmp_path)


def _found(pattern: str) -> list[str]:
    return [hit for post in POSTS for hit in re.findall(pattern, _words(post))]


def _words(post: CityPost) -> str:
    return f"{post.title}\n{post.text}"
