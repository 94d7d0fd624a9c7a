"""A text as hashed pairs and triples of characters, a whole batch at once; numpy does all that is per character.

Digits stay: line 3 is not line 7. What carries no matter goes: addresses of pages, handles, marks of masking,
punctuation, spaces.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BITS = 18
"""Grams are hashed into 2 to the power of this many places; pairs have the lower half of them, triples the upper."""

TRIPLES = 1 << (BITS - 1)
"""From this place on stand triples."""

_LONGEST_GRAM = 3
TEXT_LIMIT = 400
"""The matter stands at the beginning; what follows after so many characters is not looked at."""

_PAGE = re.compile(r"https?://[\w./?=&%#:~-]+|www\.[\w./-]+", re.ASCII)
_HANDLE = re.compile(r"@[\w\-\u4e00-\u9fff]{2,30}")
_MASK = re.compile(r"\[(?:电话|手机|身份证号?|姓名|邮箱|车牌|地址|银行卡|门牌|微信|QQ)[^\]]{0,4}\]|\*{2,}")
_NOT_A_WORD = re.compile(r"[\W_]+")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x200B: None, 0xFEFF: None}

_SEPARATOR = 0xE000
_M1, _M2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_M3, _M4 = np.uint64(0x165667B19E3779F9), np.uint64(0xD6E8FEB86659FD93)


def plain(text: str) -> str:
    """The text as it is compared: narrow, lower case, without what carries no matter."""
    if "/" in text or "www" in text:
        text = _PAGE.sub("", text)
    if "@" in text:
        text = _HANDLE.sub("", text)
    if "[" in text or "*" in text:
        text = _MASK.sub("", text)
    if not text.isascii():
        text = text.translate(_NARROW)
    return _NOT_A_WORD.sub("", text.lower())[:TEXT_LIMIT].replace("\ue000", "")


def grams(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair and triple of these plain texts as (number of its text, hash), as often as it stands there."""
    joined = "\ue000" + "\ue000".join(texts) + "\ue000"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    separator = codes == _SEPARATOR
    document = np.cumsum(separator) - 1
    wide = codes.astype(np.uint64)
    rolled = np.zeros(len(codes), np.uint64)
    whole = np.ones(len(codes), bool)
    documents, hashes = [], []
    for length in range(1, _LONGEST_GRAM + 1):
        starts = len(codes) - length + 1
        if starts <= 0:
            break
        rolled = rolled[:starts] * _M1 + wide[length - 1 :] * _M2 + _M3
        rolled ^= rolled >> np.uint64(29)
        whole = whole[:starts] & ~separator[length - 1 :]
        if length > 1:
            documents.append(document[:starts][whole])
            half = np.uint64(TRIPLES if length > 2 else 0)
            hashes.append(((rolled[whole] * _M4) >> np.uint64(65 - BITS)) | half)
    if not documents:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(documents).astype(np.int64), np.concatenate(hashes).astype(np.int64)
