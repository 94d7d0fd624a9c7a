"""The address book 通讯录: office telephones of posts to be told, each with its holder and stand-in (A/B 角)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huiying.level import Level


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who answers this telephone; both are empty until the office has filled them in."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """One post of one unit. `bureau` is the unit's short name where it can be a lead; `levels` when it is told."""

    unit: str
    post: str
    bureau: str | None
    first: Holder
    stand_in: Holder
    levels: frozenset[Level]


def to_be_told(contacts: Iterable[Contact], level: Level, bureaus: Sequence[str | None]) -> tuple[Contact, ...]:
    """Who must be told of a matter of this level: the office's own posts, and those of the bureaus it is about."""
    return tuple(
        contact
        for contact in contacts
        if level in contact.levels and (contact.bureau is None or contact.bureau in bureaus)
    )
