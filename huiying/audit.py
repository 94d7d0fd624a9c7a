"""The audit 审计: what was done, by whom, when; every entry bears the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from huiying.person import Person

BEGINNING = "0" * 64
"""What the first entry bears in place of a hash before it."""


class Outcome(StrEnum):
    """What became of it."""

    ADMITTED = "admitted"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """In words of the office."""
        return _LABELS[self]


_LABELS = {
    Outcome.ADMITTED: "受理",
    Outcome.DONE: "办成",
    Outcome.REFUSED: "拒绝",
    Outcome.FAILED: "出错",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that somebody does: its kind, and what it is done to. Never the words of a post.

    `act` is an action (`huiying/permission.py`) or one of sign-in, sign-out, change-password, read-evidence,
    save-view.
    `outcome` is one of `Outcome`, unless somebody altered it.
    """

    who: str
    name: str
    roles: str = ""
    act: str
    subject: str = ""
    outcome: str
    note: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A deed in its place in the chain."""

    number: int
    at: datetime
    deed: Deed
    previous: str
    hash: str = field(default="")

    @property
    def true_hash(self) -> str:
        """What its hash must be: over the hash before it and everything that it says."""
        deed = self.deed
        said = [self.number, self.at.isoformat(), deed.who, deed.name, deed.roles, deed.act, deed.subject]
        said += [str(deed.outcome), deed.note, deed.address]
        content = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"{self.previous}\n{content}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where the chain ends. Kept outside (on paper), it proves later that nothing up to it was changed or removed."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a look through the chain found; `wrong` is the number of the first entry that is not as written."""

    entries: int
    head: Head
    wrong: int | None = None
    why: str = ""


def deed_of(person: Person, act: str, subject: str, outcome: Outcome, *, note: str = "", address: str = "") -> Deed:
    """A person's deed."""
    roles = ",".join(role.value for role in sorted(person.roles))
    return Deed(
        who=person.id,
        name=person.name,
        roles=roles,
        act=act,
        subject=subject,
        outcome=outcome,
        note=note,
        address=address,
    )


def verify_chain(entries: Iterable[Entry], head: Head, kept: Head | None = None) -> Verdict:
    """Whether the entries, in their order, are the ones written: none changed, removed, added or moved.

    `kept` is a head that was noted outside earlier; without it, whoever can rewrite the whole chain is not found.
    """
    last = Head(number=0, hash=BEGINNING)
    for entry in entries:
        why = _wrong(entry, last, kept)
        if why:
            return Verdict(entries=last.number, head=head, wrong=min(entry.number, last.number + 1), why=why)
        last = Head(number=entry.number, hash=entry.hash)
    if last != head or (kept and kept.number > last.number):
        missing = last.number + 1
        return Verdict(entries=last.number, head=head, wrong=missing, why=f"第 {missing} 条起缺失：链尾与所记不符")
    return Verdict(entries=last.number, head=head)


def _wrong(entry: Entry, last: Head, kept: Head | None) -> str:
    if entry.number != last.number + 1:
        return f"第 {last.number + 1} 条缺失或次序不对，后面是第 {entry.number} 条"
    if entry.previous != last.hash:
        return f"第 {entry.number} 条与前一条接不上：有插入、调换或改动"
    if entry.hash != entry.true_hash:
        return f"第 {entry.number} 条的内容被改动"
    if kept and kept.number == entry.number and kept.hash != entry.hash:
        return f"第 {entry.number} 条与外存的链尾不符：整条链被重写过"
    return ""
