"""A text while it is being masked: the words as written, and a shadow of equal length to search in.

In the shadow digits, letters, dashes, dots and spaces are plain (full-width and other writings folded), and what was
already taken, or must stay, is a run of private characters, one per kind, so that nothing is looked at twice.
Equal length means that a place found in the shadow is the same place in the text.
"""

import re
from collections.abc import Callable
from enum import Enum
from operator import itemgetter


class Mark(Enum):
    """What stands in a masked text instead of personal data, and its private character in the shadow."""

    PHONE = ("电话", "\ue001")
    IDENTITY = ("证件号", "\ue002")
    PLATE = ("车牌", "\ue003")
    MAIL = ("邮箱", "\ue004")
    CARD = ("银行卡", "\ue005")
    ACCOUNT = ("微信QQ", "\ue006")
    ROOM = ("单元门牌", "\ue007")
    NAME = ("姓名", "\ue008")

    @property
    def shown(self) -> str:
        """As the masked text shows it."""
        return f"〔{self.value[0]}〕"

    @property
    def sign(self) -> str:
        """Its character in the shadow."""
        return self.value[1]


KEPT = "\ue000"
"""The shadow's character for what must stay: links, order numbers."""

_SHOWN = re.compile("〔(" + "|".join(mark.value[0] for mark in Mark) + ")〕")
_SIGNS = {mark.shown: mark.sign for mark in Mark}
_TRADITIONAL = str.maketrans(
    "證號碼電話聯繫絡單樓棟車戶機郵帳銀遼龍滬蘇魯閩貴寧瓊雲陳張劉趙楊黃吳鄭馮鄧許葉馬孫鳳麗麥萬錢嚴賀顧龔譚鄒蕭藍盧鍾賴薑範馬謝羅宋韓蔣"
    "賈閻蘭偉華強國建蓮蘭瑩靜慶興義愛寶貞賢綺綠紅純經維緯練纓龐樂榮齊賓蘋薩燦煒燁銘鋒錦鎮鑫長開關閔陽陸隊際雙雖靈韻順頌領頭類飛鴻鵬鶴"
    "們該給對說來這個時為業屬親爺媽兒師傅層門間區縣鄉鎮村",
    "证号码电话联系络单楼栋车户机邮帐银辽龙沪苏鲁闽贵宁琼云陈张刘赵杨黄吴郑冯邓许叶马孙凤丽麦万钱严贺顾龚谭邹萧蓝卢钟赖姜范马谢罗宋韩蒋"
    "贾阎兰伟华强国建莲兰莹静庆兴义爱宝贞贤绮绿红纯经维纬练缨庞乐荣齐宾苹萨灿炜烨铭锋锦镇鑫长开关闵阳陆队际双虽灵韵顺颂领头类飞鸿鹏鹤"
    "们该给对说来这个时为业属亲爷妈儿师傅层门间区县乡镇村",
)
"""Traditional characters of cues, plates and names; not every character, only those that a pattern asks for."""
_FOLD: dict[int, int | str] = {
    **_TRADITIONAL,
    **{full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)},
    **{ord(dash): "-" for dash in "—–―－‐‑‒−﹣"},
    **{ord(dot): "." for dot in "·•．・‧∙"},
    **{
        ord(space): " "
        for space in "\u3000\u00a0\u2000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\t\r"
    },
    **{ord(hidden): " " for hidden in "\u200b\u200c\u200d\u2060\ufeff\u00ad"},
    ord("丶"): "、",
    **dict.fromkeys(range(0xE000, 0xE010), "?"),
}
_PLAIN = {chr(sign): chr(plain) if isinstance(plain, int) else plain for sign, plain in _FOLD.items()}
_FOLDED = frozenset(_PLAIN)
Guard = Callable[[str, int, int], bool]


class Draft:
    """The text being masked. `take` and `keep` find places; `masked` writes the outcome."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken: list[tuple[int, int, Mark]] = []
        self.shadow = text if text.isascii() else _folded(text)
        if "〔" in text:
            self._replace(
                [(found.start(), found.end(), _SIGNS[found.group()]) for found in _SHOWN.finditer(self.shadow)]
            )

    def take(self, pattern: re.Pattern[str], mark: Mark, guard: Guard | None = None) -> None:
        """Mask every place of the pattern (its group `it`, where it has one) to which the guard does not object."""
        self.take_places(self._places(pattern, guard), mark)

    def take_places(self, places: list[tuple[int, int]], mark: Mark) -> None:
        """Mask these places, in their order in the text and not overlapping."""
        if not places:
            return
        self._taken += [(start, end, mark) for start, end in places]
        self._replace([(start, end, mark.sign) for start, end in places])

    def keep(self, pattern: re.Pattern[str], guard: Guard | None = None) -> None:
        """Let every place of the pattern stay, whatever else would match there."""
        self._replace([(start, end, KEPT) for start, end in self._places(pattern, guard)])

    @property
    def taken(self) -> list[tuple[int, int, Mark]]:
        """What was masked, in the order of the text."""
        return sorted(self._taken, key=itemgetter(0))

    def originals(self, mark: Mark) -> set[str]:
        """What was taken so far under this mark, as the text has it."""
        return {self._text[start:end] for start, end, kind in self._taken if kind is mark}

    def masked(self) -> str:
        """The text with its marks."""
        if not self._taken:
            return self._text
        parts, at = [], 0
        for start, end, mark in self.taken:
            parts += [self._text[at:start], mark.shown]
            at = end
        parts.append(self._text[at:])
        return "".join(parts)

    def _places(self, pattern: re.Pattern[str], guard: Guard | None) -> list[tuple[int, int]]:
        group: str | int = "it" if "it" in pattern.groupindex else 0
        return [
            found.span(group)
            for found in pattern.finditer(self.shadow)
            if guard is None or guard(self.shadow, *found.span(group))
        ]

    def _replace(self, places: list[tuple[int, int, str]]) -> None:
        if not places:
            return
        parts, at = [], 0
        for start, end, sign in places:
            parts += [self.shadow[at:start], sign * (end - start)]
            at = end
        parts.append(self.shadow[at:])
        self.shadow = "".join(parts)


def _folded(text: str) -> str:
    """Few signs of a text have a plain form, so replacing them one after the other is quicker than a translation."""
    for sign in _FOLDED.intersection(text):
        text = text.replace(sign, _PLAIN[sign])
    return text
