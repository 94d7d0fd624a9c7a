"""Names of other tongues, by the characters that write them."""

# ruff: noqa: E501 - a pattern is read as a whole

import re

from huiying.masking.cues import LATIN_NAME
from huiying.masking.surnames import IN_OTHER_TONGUES

_HAN = "\u4e00-\u9fa5"
_ETHNIC = re.compile(rf"[{_HAN}]{{2,8}}\.[{_HAN}]{{2,8}}")
_NEVER_IN_A_NAME = frozenset("的了是在我你他们这那不没就都也受很被")
_BEFORE_A_STRANGER = frozenset("叫是人")
_TONGUES = "".join(sorted(IN_OTHER_TONGUES))
_FOREIGN = re.compile(rf"[{_TONGUES}]{{3,7}}(?![{_HAN}])")
_ENDINGS = "其木格|图雅|高娃|格日勒|买买提|吐尔逊|古丽|卓玛|次仁|顿珠|多吉|才让|拉姆|央金|旺堆"
_JAPANESE = "田中|山本|佐藤|铃木|高桥|渡边|伊藤|中村|加藤|吉田|山田|佐佐木|松本|木村|斋藤|山崎|桥本|冈田|长谷川|近藤|坂本|远藤|藤井|藤田|后藤|冈本|三浦|竹内"
_SOUNDS_FOREIGN = re.compile(rf"{_ENDINGS}|{_JAPANESE}|是[{_TONGUES}]{{4}}|叫[{_TONGUES}]{{4}}")
"""A quick look, since few texts hold such a name."""
_WITH_AN_ENDING = re.compile(rf"(?<![{_TONGUES}云])[{_TONGUES}云]{{2,4}}(?:{_ENDINGS})")
_AFTER_IS = re.compile(rf"[是叫](?P<it>[{_TONGUES}]{{4,6}})(?![{_HAN}])")
_IN_JAPANESE = re.compile(
    f"(?:{_JAPANESE})[{_HAN}]{{0,2}}[郎子美健一介太真雄彦夫之助司治代惠香奈希织菜里人树](?![{_HAN}])"
)
_WRITTEN_BY_SOUND = "得阿埃艾安奥巴白班保鲍贝本比彼波伯勃博布查达大戴丹德登邓蒂丁顿多尔法范菲费芬夫弗福盖戈哥格古哈海汉赫亨胡华怀惠霍基吉加简杰金卡凯坎康科克肯库拉莱兰朗劳勒雷里理利丽莉连列林琳留龙卢鲁路露伦罗洛马玛麦曼梅门蒙米密默姆穆纳娜南内尼妮涅纽诺欧帕潘佩皮普齐奇恰乔切琴让瑞若萨塞桑瑟森沙莎山舍史斯苏索塔泰坦汤特提托瓦万威韦维温文沃乌伍西希锡夏香谢辛休逊雅亚扬耶叶伊因英尤约泽扎詹珍芝朱兹佐连柳捷廖什赞日切夫娃婷"
_BY_SOUND = re.compile(rf"[{_WRITTEN_BY_SOUND}]{{2,7}}\.[{_WRITTEN_BY_SOUND}]{{2,7}}")
FOREIGN_IN_TWO = re.compile(rf"(?<![{_HAN}])[{_TONGUES}]{{2,7}}\.[{_TONGUES}]{{2,7}}")
_DOTTED = re.compile(rf"[{_TONGUES}]{{2,7}}\.[{_TONGUES}山提肉孜古]{{2,7}}")


def foreign_name(shadow: str, start: int, *, sure: bool) -> int | None:
    """阿依古丽.买买提, 扎西顿珠, Wang Lihong; the last two only where a name must follow."""
    if not sure:
        return None
    dotted = _ETHNIC.match(shadow, start)
    if dotted and _NEVER_IN_A_NAME.isdisjoint(dotted.group().removeprefix("阿不都")):
        return dotted.end()
    found = _FOREIGN.match(shadow, start) or LATIN_NAME.match(shadow, start)
    return found.end() if found else None


def dotted_name(shadow: str, start: int) -> int | None:
    """玛依拉.库尔班, 安娜.伊万诺娃, after any cue: both parts in the characters that write such names."""
    found = _DOTTED.match(shadow, start) or _BY_SOUND.match(shadow, start)
    return found.end() if found else None


def foreign_alone(shadow: str) -> list[tuple[int, int]]:
    """那仁其木格, 田中健一: names that show by their own characters."""
    if not _SOUNDS_FOREIGN.search(shadow):
        return []
    places = [found.span("it") for found in _AFTER_IS.finditer(shadow)]
    places += [found.span() for found in _WITH_AN_ENDING.finditer(shadow)]
    for found in _IN_JAPANESE.finditer(shadow):
        before = shadow[found.start() - 1 : found.start()]
        if before in _BEFORE_A_STRANGER or not "\u4e00" <= before <= "\u9fa5":
            places.append(found.span())
    return places
