"""Masks names of private persons where something says that a name stands there; officials in office stay.

What says so: a cue before it (`after_cues`: a label, an introduction, a relation), a cue after it (`before_cues`:
a form of address, a number or the sex, kin), or the end of a letter (`signatures`). Without such a cue a name goes
only by its usual characters and what stands on both sides (`bare_names`), or by those of another tongue. A full name
that was found once goes wherever the text repeats it (`repeats`).
"""

from huiying.masking.after_cues import introduced, labelled
from huiying.masking.bare_names import familiar, may_name_neighbours, unannounced
from huiying.masking.before_cues import addressed, before_sex, beside_a_number, of_kin
from huiying.masking.cues import LATIN_INTRODUCTION
from huiying.masking.draft import Draft, Mark
from huiying.masking.foreign_names import FOREIGN_IN_TWO, foreign_alone
from huiying.masking.repeats import again, listed
from huiying.masking.signatures import signed

_PHONE, _IDENTITY, _CARD, _NAME = Mark.PHONE.sign, Mark.IDENTITY.sign, Mark.CARD.sign, Mark.NAME.sign


def mask_names(draft: Draft) -> None:
    """Mask the names of private persons, the surest cues first."""
    for find in (labelled, addressed, introduced, of_kin, before_sex):
        draft.take_places(_apart(find(draft.shadow)), Mark.NAME)
    if "name is" in draft.shadow:
        draft.take(LATIN_INTRODUCTION, Mark.NAME)
    if "." in draft.shadow:
        draft.take(FOREIGN_IN_TWO, Mark.NAME)
    if _PHONE in draft.shadow or _IDENTITY in draft.shadow or _CARD in draft.shadow:
        draft.take_places(_apart(beside_a_number(draft.shadow)), Mark.NAME)
    draft.take_places(signed(draft.shadow), Mark.NAME)
    if may_name_neighbours(draft.shadow):
        for find in (foreign_alone, unannounced, familiar):
            draft.take_places(_apart(find(draft.shadow)), Mark.NAME)
    if _NAME in draft.shadow:
        draft.take_places(listed(draft.shadow), Mark.NAME)
        draft.take_places(_apart(again(draft.shadow, draft.originals(Mark.NAME))), Mark.NAME)


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not places:
        return places
    apart: list[tuple[int, int]] = []
    for start, end in sorted(set(places)):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart
