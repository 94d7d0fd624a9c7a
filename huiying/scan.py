"""A scan 扫描件: a paper or a photo as a file, put to a finding, to a word at a gate, or to a registered matter."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from huiying.person import Signed

_LONGEST_NAME = 80
_UNSAFE = re.compile(r'[\\/:*?"<>|;%\s]+')
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


class About(StrEnum):
    """What a scan is put to."""

    FINDING = "finding"
    GATE = "gate"
    MATTER = "matter"

    @property
    def label(self) -> str:
        """What such papers are called."""
        return _ABOUT[self]


_ABOUT = {About.FINDING: "反馈材料", About.GATE: "审批件", About.MATTER: "登记材料"}


class FileKind(StrEnum):
    """What a file is, by its content."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"

    @property
    def label(self) -> str:
        """The word of the page."""
        return self.name

    @property
    def media_type(self) -> str:
        """As it is told to a browser."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {FileKind.PDF: "application/pdf", FileKind.PNG: "image/png", FileKind.JPEG: "image/jpeg"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """Everything about a scan but its content; `subject` is the id of the finding, gate record or concern."""

    id: str
    concern: str
    about: About
    subject: str
    what: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    by: Signed

    @property
    def file_name(self) -> str:
        """What it is called when it is saved: its own name, with the ending that its content has."""
        return f"{self.name}.{self.kind.value}"

    def is_content(self, content: bytes) -> bool:
        """Whether this still is what was put here."""
        return hashlib.sha256(content).hexdigest() == self.sha256


def scan_id(about: About, subject: str, sha256: str) -> str:
    """One file is put to one thing once."""
    return hashlib.sha256(f"{about.value}\0{subject}\0{sha256}".encode()).hexdigest()[:24]


def safe_name(given: str) -> str:
    """The name of a file without its folder, its ending, and whatever a reader or a system could mistake."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _INVISIBLE)
    stem, _, ending = seen.rpartition(".")
    plain = _UNSAFE.sub(" ", stem if stem and ending.isascii() and len(ending) <= 5 else seen)
    return plain.strip(" .")[:_LONGEST_NAME].strip(" .") or "扫描件"
