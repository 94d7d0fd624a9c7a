"""Which places and lines a post names, found by the endings that names of places have; no list of places is needed.

A place is known by the two characters before its ending: 向阳路 and 走向阳路 are one; so are 泉水街道 and 泉水小学
where those two characters are rare enough to be a name. Codes such as A3区 stand for districts and tell too little.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from math import log

import numpy as np
from numpy.typing import NDArray

from consumers.grouping.weights import Weights
from consumers.grouping.words import grams

_NAME = re.compile(
    r"([\u4e00-\u9fff]{2})(街道|社区|小区|新区|新村|新城|花园|家园|公园|广场|大厦|大桥|大道|中学|小学|学校|大学|医院|水库|景区"
    r"|园区|公寓|山庄|胡同|车站|机场|隧道|市场|幼儿园|路口|路|街|巷|苑|镇|乡|村|桥)"
)
_LINE = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]?[0-9]{1,4})\s?(?:路(?!口)|号线|线(?=公交|车|地铁))")
_NEVER_LAST = frozenset(
    "的这那该本此各某每个条多部分些有是在了到从和与及或我你他们家近边围旁全整几第上下前后内外中里间座所处段片栋"
    "道马铁公线网思走出电半引大小老两一不没要去来过为被把对就也都又用于由向往至让给请问住说等农城乡新县市区省国校女男"
)
_NEVER = frozenset(
    re.findall(
        r"\w{2}",
        "加油 地铁 公交 高铁 火车 汽车 客运 收费 换热 供热 变电 工作 服务 人民 中心 附属 实验 商业 "
        "美食 步行 居民 住宅 农贸 建材 批发 综合 购物 幼儿 产业 工业 建筑 施工 旅游 自来 生活 垃圾 "
        "城市 农村 十字 高速 污水 安置 拆迁 学生 职业 技术 妇幼 儿童 中医 口腔 连锁 大型 高档 老旧 "
        "封闭 开放 物业 ",
    )
)
_BEGINNING = 100
"""The place of the matter stands in the title or near it; what is named later is told by the way."""

_NAME_IN_TEXTS, _WORD_IN_TEXTS = 0.006, 0.01
"""A name stands in no more than this share of the texts; its two characters alone in no more than that share."""


class Relation(Enum):
    """How the places of two posts stand to one another."""

    SHARED = "shared"
    APART = "apart"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The hashed grams of the names that a post gives, and the numbers of the lines it speaks of."""

    names: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()


NOWHERE = Places()


def relation(one: Places, its_grams: NDArray[np.int32], other: Places, others_grams: NDArray[np.int32]) -> Relation:
    """Shared where one's name stands in the other; apart where both give names, or lines, and share none."""
    if one.lines and other.lines and not set(one.lines) & set(other.lines):
        return Relation.APART
    if said_in(one.names, others_grams) or said_in(other.names, its_grams):
        return Relation.SHARED
    if one.names and other.names:
        return Relation.APART
    return Relation.SHARED if one.lines and other.lines else Relation.UNKNOWN


def said_in(names: Collection[int], ordered: NDArray[np.int32]) -> tuple[int, ...]:
    """Those of these names that stand in a text with these grams."""
    if not names or not len(ordered):
        return ()
    known = np.array(sorted(names), np.int32)
    places = np.minimum(ordered.searchsorted(known), len(ordered) - 1)
    return tuple(known[ordered[places] == known].tolist())


def places_of(weights: Weights, texts: Sequence[str]) -> list[Places]:
    """The places of each text."""
    found: list[tuple[int, str]] = []
    lines: list[tuple[str, ...]] = []
    for number, text in enumerate(texts):
        beginning = text[:_BEGINNING]
        written = {core + ending[0] for core, ending in _NAME.findall(beginning) if _may_be_a_name(core)}
        found.extend((number, name) for name in sorted(written))
        lines.append(tuple(sorted(set(_LINE.findall(beginning)))))
    names = _distinctive(weights, found, len(texts))
    return [
        Places(names=tuple(sorted(mine)), lines=its_lines) if mine or its_lines else NOWHERE
        for mine, its_lines in zip(names, lines, strict=True)
    ]


def _may_be_a_name(core: str) -> bool:
    return core[1] not in _NEVER_LAST and core not in _NEVER


def _distinctive(weights: Weights, found: Sequence[tuple[int, str]], texts: int) -> list[set[int]]:
    """The grams of those names that are rare enough to tell one place from another, text by text."""
    names: list[set[int]] = [set() for _ in range(texts)]
    if not found:
        return names
    _, hashed = grams([name for _, name in found])
    words, whole = hashed[: 2 * len(found) : 2], hashed[2 * len(found) :]
    rare_word = weights.of(words) >= log(1 / _WORD_IN_TEXTS)
    rare_name = rare_word | (weights.of(whole) >= log(1 / _NAME_IN_TEXTS))
    for (number, _), name, word, is_name, is_word in zip(
        found, whole.tolist(), words.tolist(), rare_name.tolist(), rare_word.tolist(), strict=True
    ):
        if is_name:
            names[number].add(name)
            if is_word:
                names[number].add(word)
    return names
