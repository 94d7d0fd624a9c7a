"""A version of one file of `config/`: its whole text, who let it be so, when and why."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """How a version came to be."""

    FOUND = "found"
    SAVED = "saved"
    BACK = "back"

    @property
    def label(self) -> str:
        """In words of the office."""
        return _LABELS[self]


_LABELS = {Origin.FOUND: "在磁盘上改的", Origin.SAVED: "在控制台保存", Origin.BACK: "退回"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigVersion:
    """One file as it stood. Versions of a file are numbered from 1; none is ever changed.

    `who` is empty where the file was changed on the disk: by an editor or by git, nobody knows by whom.
    """

    file: str
    number: int
    text: str
    origin: Origin
    who: str
    name: str
    what: str
    why: str
    at: datetime

    @property
    def digest(self) -> str:
        """By which a form knows whether the file is still the one it was opened on."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """Of the text of one file."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
