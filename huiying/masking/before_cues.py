"""Names that stand before a cue: a form of address (先生), a number or the sex, kin (的家长)."""

# ruff: noqa: E501 - a pattern is read as a whole

import re

from huiying.masking.beside_names import ADDRESS, KIN, holds_office
from huiying.masking.cues import BEFORE_SEX, OWN_KIN
from huiying.masking.draft import Mark
from huiying.masking.name_shapes import (
    ENDS_OF_PLACES,
    full_name_before,
    name_from,
    nickname,
    nickname_before,
    surname_before,
)
from huiying.masking.surnames import PUBLIC_NAMES, USUAL_SURNAMES

_HAN = "\u4e00-\u9fa5"
_PHONE, _IDENTITY, _CARD = Mark.PHONE.sign, Mark.IDENTITY.sign, Mark.CARD.sign
_NUMBERS = frozenset((_PHONE, _IDENTITY, _CARD))
_BESIDE = f"[{_PHONE}{_IDENTITY}{_CARD}]"
_BEFORE_NUMBER = re.compile(rf"(?<=[\u4e00-\u9fa5])(?: ?收)?[ :,，、(\n]{{0,2}}{_BESIDE}")
_AFTER_NUMBER = re.compile(rf"{_BESIDE}[ ,，(:]{{0,2}}(?:[找转](?:一下)?)?(?=[\u4e00-\u9fa5])")
_KIN_WORD = re.compile(KIN.pattern.removeprefix("(?:的|之)?"))
_BRAND = re.compile(
    "(?:加州|大碗|老)?(?:牛肉|拉面|面馆|烧烤|火锅|麻辣|炸鸡|奶茶|饭店|餐厅|烤|包子|饺子|卤|羊汤|砂锅|酸菜|粉[店馆]|米粉|店(?!里|主|长|员|铺|家))|路(?![上口过边])"
)
"""李先生牛肉面 is a shop, 方先生路 a road."""
_PEER = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[找和跟叫给问娘友居]))[{''.join(sorted(USUAL_SURNAMES - frozenset('马高')))}][姐哥](?![姐妹哥弟们儿庄村镇山路])"
)
"""王姐, 李哥: a surname of most people where nothing else is read into it."""


def addressed(shadow: str) -> list[tuple[int, int]]:
    """王建国先生, 李女士: the name before a form of address."""
    places = []
    for address in ADDRESS.finditer(shadow):
        end = address.start()
        start = full_name_before(shadow, end)
        if start is not None and shadow[end - 1] in ENDS_OF_PLACES:
            continue
        if start is None:
            start = surname_before(shadow, end)
        if start is None or shadow[start:end] in PUBLIC_NAMES or _BRAND.match(shadow, address.end()):
            continue
        if shadow[start : address.end()] == "包工头":
            continue
        if holds_office(shadow, start, end) and not address.group().startswith("主任"):
            continue
        places.append((start, end))
    if "姐" in shadow or "哥" in shadow:
        places += [(peer.start(), peer.start() + 1) for peer in _PEER.finditer(shadow)]
    return places


def beside_a_number(shadow: str) -> list[tuple[int, int]]:
    """张伟 13912345678, or the number first."""
    places = []
    for found in _BEFORE_NUMBER.finditer(shadow):
        start = full_name_before(shadow, found.start())
        if start is None:
            start = nickname_before(shadow, found.start())
        if start is not None and not holds_office(shadow, start, found.start()):
            places.append((start, found.start()))
    for found in _AFTER_NUMBER.finditer(shadow):
        end = name_from(shadow, found.end(), sure=False)
        if end is None and found.group()[-1] in "找转":
            end = nickname(shadow, found.end())
        if end is not None and end - found.end() < 3 and shadow[found.end() - 1] in _NUMBERS:
            continue
        if end is not None and not holds_office(shadow, found.end(), end):
            places.append((found.end(), end))
    return places


def before_sex(shadow: str) -> list[tuple[int, int]]:
    """马德福，男，: what stands before the sex is a name."""
    places: list[tuple[int, int]] = []
    if not ("男" in shadow or "女" in shadow or "岁" in shadow or "年" in shadow or "证" in shadow or "话" in shadow):
        return places
    for found in BEFORE_SEX.finditer(shadow):
        start = full_name_before(shadow, found.start())
        if start is not None:
            places.append((start, found.start()))
    return places


def of_kin(shadow: str) -> list[tuple[int, int]]:
    """张小明的家长: only a name of three or more characters is sure enough."""
    places: list[tuple[int, int]] = []
    if "是我" in shadow or "系我" in shadow or "(我" in shadow:
        for own in OWN_KIN.finditer(shadow):
            end = own.start() - 1
            start = full_name_before(shadow, end)
            if start is not None:
                places.append((start, end))
    if not _KIN_WORD.search(shadow):
        return places
    for kin in KIN.finditer(shadow):
        start = full_name_before(shadow, kin.start())
        if start is not None and kin.start() - start >= 3:
            places.append((start, kin.start()))
    return places
