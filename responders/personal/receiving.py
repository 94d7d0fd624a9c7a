"""Receiving: the public asks, and looks up what became of it.

Whoever asks gets a receipt number and nobody else: the register keeps its hash. Nothing that is said to the asker
before the answer depends on whether a post is here.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from huiying.audit import Deed, Outcome
from huiying.cleaning import clean, says_something
from huiying.clock import BEIJING, Clock
from huiying.failures import NotAllowed
from huiying.personal_request import PersonalRequest, Right, Wording
from huiying.register.register import Register, Transaction
from responders.personal.rules import PersonalRules, subject_of

LONGEST_LINK, LONGEST_REASONS, LONGEST_REPLY = 500, 1_000, 200

_SHORTEST_FILLING, _LONGEST_FILLING = timedelta(seconds=3), timedelta(hours=24)
_FORM = re.compile(r"(\d{10})\.([A-Za-z0-9_-]{22})", re.ASCII)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class NotWritten(NotAllowed):
    """One field of the form cannot be taken as it is."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class TooMany(NotAllowed):
    """More is asked at once than the office takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A form as it was sent; `form` is what the page gave it when it was opened."""

    right: str
    link: str
    reasons: str
    reply: str
    form: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A request that was taken, with the receipt that its asker alone is shown."""

    request: PersonalRequest
    receipt: str


class Receiving:
    """What the public does: ask, and look up what became of it. It needs the register and nothing else."""

    def __init__(self, register: Register, rules: PersonalRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def open_form(self) -> str:
        """What a form bears from when it is opened: the moment, and what its receipt will be made of."""
        return f"{int(self._clock.now().timestamp())}.{secrets.token_urlsafe(16)}"

    def receive(self, asked: Asked) -> Received:
        """Take a request; sent again, the same form is the same request with the same receipt.

        `NotWritten` names the field that cannot be taken, `TooMany` says to come by another way.
        """
        now = self._clock.now()
        right, words = _read(asked)
        receipt = _receipt_of(asked.form, now)
        with self._register.transaction() as tx:
            before = tx.personal_requests.with_receipt(_hashed(receipt))
            if before is not None:
                return Received(request=before, receipt=receipt)
            most = self._rules.public.requests.all_per_hour
            if tx.personal_requests.count_since(now - timedelta(hours=1)) >= most:
                raise TooMany("现在提交的人太多，暂时不能在网上受理，请稍后再试，或按页尾的电话、地址联系")
            request = self._request(tx, right, now)
            tx.personal_requests.insert(request, _hashed(receipt), words)
            tx.audit.add(Deed(who="", name="公众", act="ask", subject=subject_of(request), outcome=Outcome.DONE))
        return Received(request=request, receipt=receipt)

    def look_up(self, receipt: str) -> PersonalRequest | None:
        """The request with this receipt, however it was typed; None where there is none."""
        typed = re.sub(r"[^0-9A-Z]", "", receipt.upper()[:60])
        with self._register.reading() as tx:
            return tx.personal_requests.with_receipt(_hashed(typed))

    def _request(self, tx: Transaction, right: Right, now: datetime) -> PersonalRequest:
        today = now.astimezone(BEIJING).date()
        days = self._rules.public.requests.answer_working_days
        counted = self._rules.calendar.add_working_days(today, days)
        due_at = datetime.combine(counted.last_day, time(23, 59, 59), BEIJING).astimezone(UTC)
        term = f"收到次日起 {days} 个工作日（本单位自定）"
        return PersonalRequest(
            id=tx.personal_requests.next_number(today.year),
            right=right,
            asked_at=now,
            due_at=due_at,
            term=f"{term}；{counted.note}" if counted.note else term,
        )


def _read(asked: Asked) -> tuple[Right, Wording]:
    try:
        right = Right(asked.right)
    except ValueError:
        raise NotWritten("right", "请选定您要提出的请求") from None
    link, reasons, reply = asked.link.strip(), clean(asked.reasons).strip(), " ".join(clean(asked.reply).split())
    if right.is_about_a_post and not link:
        raise NotWritten("link", "请填写帖文的链接：打开那篇帖文，复制地址栏里的地址")
    if link and (len(link) > LONGEST_LINK or not _is_address(link)):
        raise NotWritten("link", f"链接应以 http:// 或 https:// 开头，不超过 {LONGEST_LINK} 个字符")
    if not says_something(reasons):
        raise NotWritten("reasons", "请写明理由：哪些内容涉及您的个人信息，希望怎么办")
    if len(reasons) > LONGEST_REASONS:
        raise NotWritten("reasons", f"理由有 {len(reasons)} 字，请压缩到 {LONGEST_REASONS} 字以内")
    if right.needs_identity and not reply:
        raise NotWritten("reply", "查阅、复制须先核对身份，请留一种联系您的方式")
    if len(reply) > LONGEST_REPLY:
        raise NotWritten("reply", f"联系方式请写在 {LONGEST_REPLY} 字以内")
    return right, Wording(link=link, reasons=reasons, reply=reply)


def _is_address(link: str) -> bool:
    if not link.isprintable() or " " in link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def _receipt_of(form: str, now: datetime) -> str:
    """The receipt that belongs to an opened form; programs that fill forms at once, or old ones, are turned away."""
    read = _FORM.fullmatch(form)
    open_for = now - datetime.fromtimestamp(int(read[1]), UTC) if read else None
    if open_for is None or not _SHORTEST_FILLING <= open_for <= _LONGEST_FILLING:
        raise NotWritten("form", "这个页面打开得太久或太快就提交了，您写的都还在，请核对后再提交一次")
    number = int.from_bytes(hashlib.sha256(f"receipt:{form}".encode()).digest(), "big")
    letters = ""
    for _ in range(16):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def _hashed(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()
