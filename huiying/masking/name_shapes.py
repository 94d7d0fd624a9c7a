"""What looks like a name: which strings are one, where one ends that begins here, where one begins that ends here."""

import re

from huiying.masking.beside_names import ACTS, ADDRESS, FIRM, TITLE_AFTER, goes_on, name_may_end
from huiying.masking.cues import NICKNAME
from huiying.masking.surnames import (
    AFTER_A_LETTER,
    COMMON_AFTER_A_SURNAME,
    COMPOUND_SURNAMES,
    EVERY_SURNAME,
    GIVEN,
    NOT_GIVEN,
    NOT_NAMES,
    PUBLIC_NAMES,
    SOLE_SURNAMES,
    STRONG_GIVEN,
    SURNAMES,
    USUAL_SURNAMES,
    WEAK_SURNAMES,
)
from huiying.masking.words import WORDS

_HAN = "\u4e00-\u9fa5"
_PLACES_GO_ON = frozenset("村镇乡屯庄沟")
ENDS_OF_PLACES = frozenset("城湾苑府园区镇村")
_NO_GIVEN_ALONE = frozenset("于在和与向对把被将就才给让找是的从以等近内外上下前后有多来去")
_BY_AGE = re.compile(rf"[{''.join(sorted(SOLE_SURNAMES))}]老[大二三四五六七八幺](?!爷|娘|家|妈)")
"""费老三: the surname and the rank among brothers."""
_MOSTLY_WORDS = frozenset("单代习车时修那盖司")
_NOTHING_FOLLOWS = re.compile(rf"[^{_HAN}]|$")
_ANY_SURNAME = re.compile(rf"[{_HAN}](?<![啥氏名甚谁么字的党公私社])[,，。;；]")
_SPACED = re.compile(rf"[{_HAN}](?P<gap> {{1,3}})(?P<given>[{_HAN}](?:(?P=gap)[{_HAN}](?![{_HAN}]))?)(?![{_HAN}])")


def name_from(shadow: str, start: int, *, sure: bool) -> int | None:
    """Where the name that begins here ends; None where none begins. `sure` allows unusual given names."""
    if _BY_AGE.match(shadow, start):
        return start + 3
    compound = shadow[start : start + 2] in COMPOUND_SURNAMES
    if not compound and shadow[start : start + 1] not in (EVERY_SURNAME if sure else WEAK_SURNAMES):
        return start + 3 if not sure and _has_a_rare_surname(shadow, start) else None
    given_at = start + (2 if compound else 1)
    if TITLE_AFTER.match(shadow, given_at):
        return None
    if ADDRESS.match(shadow, given_at):
        return given_at if shadow[start : start + 1] in SURNAMES else None
    for length in (2, 1):
        end = given_at + length
        if end <= len(shadow) and _is_whole(shadow, start, given_at, end, sure=sure):
            return end
    spaced = _SPACED.match(shadow, start)
    return spaced.end() if spaced and is_given(spaced["given"].replace(" ", ""), sure=sure) else None


def _has_a_rare_surname(shadow: str, start: int) -> bool:
    """单思雨, 代兴国: both other characters are those of names, and nothing goes on behind them."""
    given = shadow[start + 1 : start + 3]
    return (
        shadow[start : start + 1] in _MOSTLY_WORDS
        and len(given) == 2
        and not begins_a_word(shadow, start)
        and (
            (STRONG_GIVEN.issuperset(given) and name_may_end(shadow, start + 3, given_length=2))
            or (
                GIVEN.issuperset(given)
                and given[0] in STRONG_GIVEN
                and _NOTHING_FOLLOWS.match(shadow, start + 3) is not None
            )
        )
    )


def _is_whole(shadow: str, start: int, given_at: int, end: int, *, sure: bool) -> bool:
    """Whether surname and given name end here and are no ordinary word."""
    if shadow[start:end] in NOT_NAMES or goes_on(shadow, given_at):
        return False
    given = shadow[given_at:end]
    firm = FIRM.match(shadow, end) is not None
    acts = len(given) == 1 and ACTS.match(shadow, end) is not None
    if not sure and (
        shadow[end : end + 1] in _PLACES_GO_ON or not _is_likely(shadow, start, given, firm=firm or acts)
    ):
        return False
    if not is_given(given, sure=sure or (firm and (len(given) == 2 or shadow[end : end + 1] in ",，(、"))):
        return False
    if (
        not acts
        and not _stands_alone(shadow, start, end, given)
        and not name_may_end(shadow, end, given_length=len(given))
    ):
        return False
    if not begins_a_word(shadow, start) or shadow[start:given_at] in COMPOUND_SURNAMES:
        return True
    return len(given) == 2 and (sure or (firm and given[1] not in _NO_GIVEN_ALONE)) and is_given(given, sure=False)


def _is_likely(shadow: str, start: int, given: str, *, firm: bool) -> bool:
    """Whether a name may be believed after a weak cue: 马强 is one, 曾向 and 梅溪 are none."""
    if given in COMMON_AFTER_A_SURNAME or given[-1] in ENDS_OF_PLACES:
        return False
    if len(given) == 2:
        return True
    if given in _NO_GIVEN_ALONE:
        return False
    compound = shadow[start : start + 2] in COMPOUND_SURNAMES
    return firm or (given in STRONG_GIVEN and (compound or shadow[start] in SOLE_SURNAMES))


def _stands_alone(shadow: str, start: int, end: int, given: str) -> bool:
    """Whether this is a name whatever follows it."""
    if len(given) != 2 or given[1] in _NO_GIVEN_ALONE or goes_on(shadow, end - 1):
        return False
    return STRONG_GIVEN.issuperset(given) or (shadow[start] in USUAL_SURNAMES and is_given(given, sure=False))


def is_name(whole: str) -> bool:
    """The whole string is a name of usual characters and no ordinary word."""
    compound = whole[:2] in COMPOUND_SURNAMES
    given = whole[2:] if compound else whole[1:]
    if not 1 <= len(given) <= 2 or not is_given(given, sure=False):
        return False
    if not compound and (whole[:1] not in SURNAMES or whole[:2] in NOT_NAMES or whole[:2] in WORDS):
        return False
    if TITLE_AFTER.match(whole, len(whole) - len(given)):
        return False
    if whole[-2:] in NOT_NAMES or whole in NOT_NAMES or given in COMMON_AFTER_A_SURNAME:
        return False
    return PUBLIC_NAMES.isdisjoint((whole, whole[:2])) and not ADDRESS.search(whole)


def is_given(given: str, *, sure: bool) -> bool:
    if sure:
        return all("\u4e00" <= sign <= "\u9fa5" and sign not in NOT_GIVEN for sign in given)
    return all(sign in GIVEN for sign in given)


def begins_a_word(shadow: str, start: int) -> bool:
    return shadow[start : start + 2] in NOT_NAMES or shadow[start : start + 2] in WORDS


def full_name_before(shadow: str, end: int) -> int | None:
    for length in (4, 3, 2):
        start = end - length
        if start < 0 or not is_name(shadow[start:end]):
            continue
        if length == 4 and shadow[start : start + 2] not in COMPOUND_SURNAMES:
            continue
        if start and shadow[start - 1] in AFTER_A_LETTER.get(shadow[start], ""):
            continue
        if (
            length > 2
            or start == 0
            or not "\u4e00" <= shadow[start - 1] <= "\u9fa5"
            or shadow[start - 1] in "系找问询是叫给请和与及人民主实者"
        ):
            return start
    return None


def surname_before(shadow: str, end: int) -> int | None:
    if shadow[max(0, end - 2) : end] in COMPOUND_SURNAMES:
        return end - 2
    surname, before = shadow[end - 1 : end], shadow[max(0, end - 2) : end - 1]
    if surname not in SOLE_SURNAMES or (before and before in AFTER_A_LETTER.get(surname, "")):
        return None
    return None if before + surname in NOT_NAMES else end - 1


def surname_after(shadow: str, start: int) -> int | None:
    """我姓王, 我姓欧阳."""
    if shadow[start : start + 2] in COMPOUND_SURNAMES:
        return start + 2
    surname = shadow[start : start + 1]
    if surname in SURNAMES and name_may_end(shadow, start + 1):
        return start + 1
    return start + 1 if _ANY_SURNAME.match(shadow, start) else None


def nickname(shadow: str, start: int) -> int | None:
    found = NICKNAME.match(shadow, start)
    return found.end() if found and found[1] in SURNAMES else None


def nickname_before(shadow: str, end: int) -> int | None:
    """小辛 and 老郭 beside a number."""
    found = NICKNAME.match(shadow, max(0, end - 2))
    if found is None or found[1] not in SOLE_SURNAMES or begins_a_word(shadow, end - 1):
        return None
    return end - 2
