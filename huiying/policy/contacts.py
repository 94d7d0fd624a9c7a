"""Reads `config/contacts.yaml`: whom the office tells at which level, and the numbers where life is in danger."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from huiying.bureau import Bureau
from huiying.contacts import AddressBook, Contact, Emergency, Holder
from huiying.failures import Misconfigured
from huiying.level import Level
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.wording import place_of

_Named = Annotated[str, Field(min_length=1)]
_Phone = Annotated[str, Field(pattern=r"^$|^[0-9+\-()（）转 ]{3,30}$")]


class _Holder(OfficeModel):
    name: str = ""
    phone: _Phone = ""


class _Contact(OfficeModel):
    unit: _Named
    post: _Named
    bureau: str | None = None
    first: _Holder = _Holder()
    stand_in: _Holder = _Holder()
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]


class _Emergency(OfficeModel):
    service: _Named
    number: Annotated[str, Field(pattern=r"^[0-9]{3,8}$")]


class _ContactsFile(OfficeModel):
    emergencies: Annotated[tuple[_Emergency, ...], Field(min_length=1)]
    contacts: tuple[_Contact, ...] = ()


def read_contacts(config_dir: Path, bureaus: Iterable[Bureau]) -> AddressBook:
    """The office's address book; a contact's bureau must be one of the directory, and a post stands there once."""
    path = config_dir / "contacts.yaml"
    file = read_office_file(path, _ContactsFile)
    known = {bureau.id for bureau in bureaus}
    for entry in file.contacts:
        if entry.bureau is not None and entry.bureau not in known:
            raise Misconfigured(
                f"{place_of(path, entry.bureau)} {entry.unit}{entry.post} bureau：“{entry.bureau}”不在 "
                f"bureaus.yaml 中。请改成其中一个单位的 id，或不写"
            )
    for (unit, post), times in Counter((entry.unit, entry.post) for entry in file.contacts).items():
        if times > 1:
            raise Misconfigured(f"{place_of(path, post)}：“{unit}{post}”写了 {times} 次，请只留一处")
    return AddressBook(
        contacts=tuple(_contact(entry) for entry in file.contacts),
        emergencies=tuple(Emergency(service=each.service, number=each.number) for each in file.emergencies),
    )


def _contact(entry: _Contact) -> Contact:
    return Contact(
        unit=entry.unit,
        post=entry.post,
        bureau=entry.bureau,
        first=Holder(name=entry.first.name, phone=entry.first.phone),
        stand_in=Holder(name=entry.stand_in.name, phone=entry.stand_in.phone),
        levels=frozenset(entry.levels),
    )
