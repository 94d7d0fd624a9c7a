"""Masks personal data in a text before it goes anywhere.

The marks: 〔电话〕〔证件号〕〔车牌〕〔邮箱〕〔银行卡〕〔微信QQ〕〔单元门牌〕〔姓名〕.
What goes: phones of persons, identity and bank card numbers, plates, private mail addresses, WeChat and QQ names,
unit and room, names of private persons (where a word announces them; without one only the most usual). What stays:
road, compound and building (someone must find the burst pipe), order and document numbers, hotlines and an
institution's phones, links, official addresses, officials.
Every pattern is bounded, so the time is linear in the length of the text whatever it holds.
"""

from huiying.masking.draft import Draft, Mark
from huiying.masking.names import mask_names
from huiying.masking.numbers import mask_numbers
from huiying.masking.rooms import mask_rooms, mask_rooms_of_names

MARKS: tuple[str, ...] = tuple(mark.shown for mark in Mark)
"""Every mark a masked text can show; screens draw them as dashed boxes."""


def mask(text: str) -> str:
    """The text with personal data replaced by marks; masking it again changes nothing."""
    return draft_of(text).masked()


def draft_of(text: str) -> Draft:
    """The text with everything found that has to go, for who wants to know where."""
    draft = Draft(text)
    mask_numbers(draft)
    mask_rooms(draft)
    mask_names(draft)
    mask_rooms_of_names(draft)
    return draft
