"""The name at the end of a letter."""

# ruff: noqa: E501 - a pattern is read as a whole

import re

from huiying.masking.beside_names import ORGANISATION, holds_office
from huiying.masking.draft import Mark
from huiying.masking.name_shapes import begins_a_word, is_given, is_name
from huiying.masking.surnames import NOT_NAMES, SOLE_SURNAMES

_HAN = "\u4e00-\u9fa5"
_SIGNATURE = re.compile(
    rf"(?:^|[\n。!！?？…~;； ,，]|--|敬礼|谢谢)(?:(?:一位|一名|一个|您的)?(?:市民|居民|村民|业主|群众|老百姓|百姓)|举报人|投诉人|反映人|写信人|家长|学生|退休职工)?[ :]{{0,3}}"
    rf"(?P<it>[{_HAN}]{{2,4}})(?P<rest>[ \n,，]*(?:敬上|上|呈|拜上)?[ \n]*(?:[0-9〇零一二三四五六七八九十]{{2,4}}[年.\-/][0-9一二三四五六七八九十.\-/月日 ]{{2,8}}|[0-9]{{1,2}}月[0-9]{{1,2}}日|{Mark.PHONE.sign}{{7,20}})?[ \n。.]*)$"
)
_LAST = re.compile(rf"[{_HAN}0-9.\-/{Mark.PHONE.sign}]")
_LONG_RUN = re.compile(rf"[{_HAN}]{{10}}(?<![日月年号上呈〇零一二三四五六七八九十])")
_CLOSING = re.compile(
    r"(?:敬礼|谢谢|盼复|敬上|拜谢|感谢|叩谢|落款|市民|居民|村民|业主|群众|家长|--[^\n]{0,10})[您了!！。~ ,，:\n]{0,4}$"
)
"""What closes a letter: right after it a signature of two characters is believed, and unusual given names."""
_TAIL = 48


def signed(shadow: str) -> list[tuple[int, int]]:
    """The signature that ends a letter, with or without a date or a number after it."""
    if _runs_on(shadow):
        return []
    offset = max(0, len(shadow) - _TAIL)
    found = _SIGNATURE.search(shadow, offset)
    if found is None or (offset and found.start() == offset):
        return []
    start, end = found.span("it")
    whole = shadow[start:end]
    alone = "\n" in shadow[max(0, start - 3) : start] or bool(found["rest"].strip(" \n。.")) or "--" in found.group()
    closed = _CLOSING.search(shadow, max(0, start - 12), start) is not None
    alone = alone or closed
    if (
        not (is_name(whole) or (closed and _is_unusual_name(shadow, start, end)))
        or (not alone and len(whole) < 3)
        or holds_office(shadow, start, end)
    ):
        return []
    return [(start, end)]


def _runs_on(shadow: str) -> bool:
    """Whether no signature can end this text: cheaper to see than to look for one."""
    end = len(shadow.rstrip(" \n。."))
    return not _LAST.match(shadow, max(0, end - 1)) or _LONG_RUN.match(shadow, max(0, end - 10), end) is not None


def _is_unusual_name(shadow: str, start: int, end: int) -> bool:
    """Whether a surname of most people and a given name of unusual characters stand here (迟重瑞)."""
    return (
        "\n" in shadow[max(0, start - 3) : start]
        and end - start == 3
        and shadow[start] in SOLE_SURNAMES
        and not begins_a_word(shadow, start)
        and shadow[start + 1 : end] not in NOT_NAMES
        and is_given(shadow[start + 1 : end], sure=True)
        and ORGANISATION.search(shadow, start, end) is None
    )
