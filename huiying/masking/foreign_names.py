"""Names of other tongues, by the characters that write them."""

import re

from huiying.masking.cues import LATIN_NAME
from huiying.masking.surnames import IN_OTHER_TONGUES

_HAN = "\u4e00-\u9fa5"
_ETHNIC = re.compile(rf"[{_HAN}]{{2,8}}\.[{_HAN}]{{2,8}}")
_NEVER_IN_A_NAME = frozenset("的了是在我你他们这那不没就都也受很被")
_TONGUES = "".join(sorted(IN_OTHER_TONGUES))
_FOREIGN = re.compile(rf"[{_TONGUES}]{{3,7}}(?![{_HAN}])")
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
    """玛依拉.库尔班, after any cue: both parts in the characters that write such names."""
    found = _DOTTED.match(shadow, start)
    return found.end() if found else None
