"""Scanning: papers with signatures, photos and reports are put to what they prove, and read only as they were put.

Each move is one register transaction: the row, its content and its line in the matter's log.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from huiying.clock import Clock
from huiying.failures import NotAllowed, Rejected
from huiying.permission import Action, must_may, role_for
from huiying.person import Person, Signed
from huiying.policy.scans import ScanRules
from huiying.register.register import Register, Transaction
from huiying.scan import About, Scan, safe_name, scan_id
from responders.answers.unclassified import must_be_unclassified
from responders.scans.recognising import kind_of

_LONGEST_WHAT = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A file as somebody sends it, what they say it is, and whether they say that it bears no secrecy mark."""

    name: str
    content: bytes
    what: str
    unclassified: bool


class Altered(Rejected):
    """The content is no longer what was put there."""


class Scanning:
    """What people do with scans."""

    def __init__(self, register: Register, rules: ScanRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def put(self, about: About, subject: str, sheet: Sheet, *, by: Person) -> Scan:
        """附扫描件. `NotAllowed` says what is wrong with the file, or who may instead."""
        what = " ".join(sheet.what.split())
        must_be_unclassified(sheet.name, what)
        if not sheet.unclassified:
            raise NotAllowed("请先看过每一页，勾选“没有密级标志”再附；涉密纸质件不得扫描进本系统")
        if not what or len(what) > _LONGEST_WHAT:
            raise NotAllowed(f"请写明是什么材料，最多 {_LONGEST_WHAT} 字")
        if len(sheet.content) > self._rules.largest_bytes:
            raise NotAllowed(too_large_words(self._rules, len(sheet.content)))
        kind, sha256 = kind_of(sheet.content), hashlib.sha256(sheet.content).hexdigest()
        with self._register.transaction() as tx:
            concern, signed = _PLACES[about](tx, subject, by, self._clock)
            scan = Scan(
                id=scan_id(about, subject, sha256),
                concern=concern,
                about=about,
                subject=subject,
                what=what,
                name=safe_name(sheet.name),
                kind=kind,
                size=len(sheet.content),
                sha256=sha256,
                by=signed,
            )
            if tx.scans.count(concern) >= self._rules.most_per_matter:
                raise NotAllowed(f"这个事项已有 {self._rules.most_per_matter} 个文件，不能再附；请合并成一个 PDF")
            if not tx.scans.add(scan, sheet.content):
                raise NotAllowed("这份文件已经附在这里，没有重复保存")
            tx.concerns.add_doing(concern, signed.name, put_words(scan))
        return scan

    def read(self, scan: Scan) -> bytes:
        """The content; `Altered` where it is no longer what was put there."""
        with self._register.reading() as tx:
            content = tx.scans.content(scan.id)
        if not scan.is_content(content):
            raise Altered(f"“{scan.what}”与附上时的校验值不符，有人改动过，不提供下载。请告知系统管理员和审计人员")
        return content


def put_words(scan: Scan) -> str:
    """That it was put there, in the words of the matter's log."""
    return f"附{scan.about.label}“{scan.what}”"


def too_large_words(rules: ScanRules, size: int) -> str:
    """What is said of a file that is too large."""
    return f"文件 {size / 1024 / 1024:.1f} MB，超过 {rules.largest_mb:g} MB；请降低分辨率，或分成几份"


def may_put_to_gate(by: Person, decided: str, entered: str | None) -> bool:
    """Whether somebody may put a paper to what was said at a gate: who said it, who took it down, an officer."""
    return by.id in (decided, entered) or role_for(by, Action.KEEP_DUTY_LOG) is not None


def _to_finding(tx: Transaction, subject: str, by: Person, clock: Clock) -> tuple[str, Signed]:
    finding = tx.findings.get(subject)
    if finding is None:
        raise NotAllowed(f"没有反馈 {subject}")
    signed = must_may(by, Action.WRITE_FINDING, clock.now(), bureaus=(finding.bureau,))
    return finding.concern, signed


def _to_gate(tx: Transaction, subject: str, by: Person, clock: Clock) -> tuple[str, Signed]:
    record = tx.reviews.record(int(subject)) if subject.isdecimal() and len(subject) < 18 else None
    answer = tx.clarifications.get(record.clarification) if record else None
    if record is None or answer is None:
        raise NotAllowed(f"没有审批意见 {subject}")
    entered = record.call.entered.person if record.call else None
    if not may_put_to_gate(by, record.by.person, entered):
        raise NotAllowed(f"这份意见的审批件由{record.by.name}本人或舆情值班员附")
    by_officer = role_for(by, Action.KEEP_DUTY_LOG) is not None
    return answer.concern, must_may(by, Action.KEEP_DUTY_LOG if by_officer else record.gate.action, clock.now())


def _to_matter(tx: Transaction, subject: str, by: Person, clock: Clock) -> tuple[str, Signed]:
    concern = tx.concerns.resolve(subject)
    if concern is None or concern.registered is None:
        raise NotAllowed("登记材料附在手工登记的事项上；这里没有手工登记")
    return concern.id, must_may(by, Action.REGISTER_CONCERN, clock.now())


_PLACES: Mapping[About, Callable[[Transaction, str, Person, Clock], tuple[str, Signed]]] = {
    About.FINDING: _to_finding,
    About.GATE: _to_gate,
    About.MATTER: _to_matter,
}
"""Where a scan may be put: the concern that it then belongs to, and the name under which it is put."""
