"""The address book 通讯录: office telephones of posts to be told, each with its holder and stand-in (A/B 角)."""

from collections.abc import Sequence
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Emergency:
    """A service to call before anything else where life is in danger."""

    service: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressBook:
    """Everybody the office may have to call."""

    contacts: tuple[Contact, ...]
    emergencies: tuple[Emergency, ...]

    def to_be_told(self, level: Level, bureaus: Sequence[str | None]) -> tuple[Contact, ...]:
        """Who must be told of a matter of this level: the office's own posts, and those of its bureaus."""
        return tuple(
            contact
            for contact in self.contacts
            if level in contact.levels and (contact.bureau is None or contact.bureau in bureaus)
        )
