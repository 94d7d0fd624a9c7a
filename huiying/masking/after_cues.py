"""Names that follow a cue: a label (联系人：), an introduction (我叫, 本人), a relation (妻子, 业主)."""

# ruff: noqa: E501, SIM905 - word lists are edited as text

import re
from itertools import chain

from huiying.masking.beside_names import ADDRESS, ORGANISATION, PLACE_NEXT, TITLE_AFTER, holds_office
from huiying.masking.cues import ANY_PERSON_LABEL, INTRODUCTION, LABEL, OF_A_PLACE, RELATION
from huiying.masking.foreign_names import dotted_name, foreign_name
from huiying.masking.name_shapes import begins_a_word, is_given, name_from, nickname, surname_after
from huiying.masking.surnames import AFTER_A_LETTER, GIVEN, NOT_NAMES, SURNAMES

_HAN = "\u4e00-\u9fa5"
_INTRODUCES = re.compile("叫|姓|本人|在下|鄙人|自称|实名|我是|我的名字是")
_CELL = re.compile(rf"[{_HAN}]{{2,4}}(?![{_HAN}])")
_WORD = re.compile(rf"[{_HAN}]{{2,3}}(?=[,，。;；\n(]|$)")
_NAMES = re.compile("(?:我|名|字)(?:就|名)?叫|名字是")
_OWN_NUMBER = re.compile(rf"[{_HAN}]{{2,3}}[,， ] ?(?:联系)?(?:电话|手机|身份证|[男女][,，])")
_NOT_PERSONS = frozenset(
    "单位 家人 车主 房东 党员 农民 农户 华人 员工 商家 商户 全体 全家 公安 官方 师生 干群 房主 店主 路人 平台 银行 国家 同上 应聘 查收 查看 解决 关注 支持 时间 成员 阳光".split()
)
_RUN = re.compile(rf"[{_HAN}]{{1,24}}")


def labelled(shadow: str) -> list[tuple[int, int]]:
    """联系人：张伟, 户名 李红."""
    places = []
    cues = LABEL.finditer(shadow)
    for cue in chain(cues, ANY_PERSON_LABEL.finditer(shadow)) if "人:" in shadow or "人姓名:" in shadow else cues:
        start = cue.end()
        named = bool(cue["gap"].strip()) or (cue["gap"] == " " and _CELL.match(shadow, start) is not None)
        end = (
            foreign_name(shadow, start, sure=bool(cue["gap"]))
            or dotted_name(shadow, start)
            or name_from(shadow, start, sure=named)
        )
        if end is None and named:
            end = _whole_cell(shadow, start) or _cut_short(shadow, start)
        if end is None and (named or _OWN_NUMBER.match(shadow, start)):
            end = _word_for_a_name(shadow, start)
        if end is None and cue["gap"]:
            end = nickname(shadow, start)
        if end is not None and not holds_office(shadow, start, end):
            places.append((start, end))
    return places


def introduced(shadow: str) -> list[tuple[int, int]]:
    """我叫张伟, 我姓王, 我妻子李红."""
    places = []
    for pattern in (INTRODUCTION, OF_A_PLACE, RELATION) if _INTRODUCES.search(shadow) else (RELATION,):
        for cue in pattern.finditer(shadow):
            start = cue.end()
            if shadow[start - 1] in AFTER_A_LETTER.get(shadow[start : start + 1], ""):
                continue
            if "姓" in cue.group():
                end = surname_after(shadow, start)
            else:
                named = ("叫" in cue.group() or "名字" in cue.group()) and len(cue.group().strip()) > 1
                end = (
                    foreign_name(shadow, start, sure=named)
                    or dotted_name(shadow, start)
                    or name_from(shadow, start, sure=named)
                )
                if end is None and named:
                    end = _cut_short(shadow, start) or nickname(shadow, start)
                if end is None and _NAMES.search(cue.group()):
                    end = _word_for_a_name(shadow, start)
            if end is not None and not holds_office(shadow, start, end):
                places.append((start, end))
    return places


def _cut_short(shadow: str, start: int) -> int | None:
    """After a label with a colon the name may run into what follows: take what looks most like a name."""
    run = _RUN.match(shadow, start)
    if (
        run is None
        or run.group()[0] not in SURNAMES
        or begins_a_word(shadow, start)
        or TITLE_AFTER.match(shadow, start + 1)
    ):
        return None
    if ORGANISATION.search(run.group()):
        return None
    if run.group()[:2] in NOT_NAMES or run.group()[:3] in NOT_NAMES or PLACE_NEXT.search(run.group()[:5]):
        return None
    given = [sign in GIVEN for sign in run.group()[1:3]]
    if given == [True, True]:
        return start + 3
    return start + 2 if given[:1] == [True] else None


def _word_for_a_name(shadow: str, start: int) -> int | None:
    """我叫高兴, 收件人文明，电话: a name that is a word, where a name must stand and nothing else does."""
    cell = _WORD.match(shadow, start)
    if cell is None or cell.group()[0] not in SURNAMES or "某" in cell.group() or cell.group() in _NOT_PERSONS:
        return None
    if ORGANISATION.search(cell.group()) or ADDRESS.search(cell.group()) or TITLE_AFTER.search(cell.group()):
        return None
    return cell.end()


def _whole_cell(shadow: str, start: int) -> int | None:
    """After a label, a name that is a word (方圆, 甘露) where nothing else stands beside it."""
    cell = _CELL.match(shadow, start)
    if (
        cell is None
        or len(cell.group()) > 3
        or TITLE_AFTER.match(shadow, start + 1)
        or cell.group()[0] not in SURNAMES
    ):
        return None
    words = NOT_NAMES.intersection((cell.group(), cell.group()[:2], cell.group()[1:]))
    return None if words or not is_given(cell.group()[1:], sure=False) else cell.end()
