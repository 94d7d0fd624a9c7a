"""Cells of spreadsheets: any text as text, and none of it run by the program that opens it."""

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000
"""A little less than what a cell of xlsx holds."""


def inert(words: str) -> str:
    """The words as a cell; what looks like a formula is led by an apostrophe, and so are its full-width looks.

    Source of the list of first characters: OWASP, CSV Injection.
    """
    words = _UNPRINTABLE.sub("", words)
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST]}…（过长，未全）"
    return f"'{words}" if words.startswith(_FORMULA) else words
