"""What a person writes when they register a matter: read, checked and masked before anything is kept of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.concern import Origin
from huiying.failures import NotAllowed, NotToBeKept
from huiying.level import Level
from huiying.masking import mask
from huiying.secrecy import secrecy_marks

_LONGEST_TITLE = 60
_LONGEST_TEXT = 2_000
_FAST_CLOCK = timedelta(minutes=5)
"""How far ahead of the office's clock the clock of whoever writes may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Enquiry:
    """What a medium asks, where that is how the matter came."""

    medium: str
    contact: str
    question: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a person wrote into the form. `level` is theirs to choose; `lead` only where they know it."""

    origin: Origin
    title: str
    what: str
    where: str
    from_whom: str
    known_at: datetime
    occurred_at: datetime | None
    level: Level
    reason: str
    lead: str | None
    enquiry: Enquiry | None = None


def read_origin(word: str) -> Origin:
    """The door that a form names. Reports of wrongdoing 举报 do not come in here (POLICY section 12, item 11)."""
    if word == "举报":
        raise NotToBeKept(
            "举报不登记为舆情事项：请告知举报人向纪检监察机关（12388）或有权处理的部门提出，本系统不留举报内容"
        )
    try:
        return Origin(word)
    except ValueError:
        known = "、".join(origin.label for origin in Origin)
        raise NotAllowed(f"请选定登记来源，可选：{known}") from None


def checked(written: Written, now: datetime) -> Written:
    """The same with every personal datum masked; `NotAllowed` says which part of it cannot be."""
    _must_be_whole(written)
    _must_be_past(written, now)
    must_bear_no_secrecy_mark(*_texts(written))
    return _masked(_checked_enquiry(written))


def _must_be_whole(written: Written) -> None:
    for name, text in (("标题", written.title), ("何事", written.what), ("来自", written.from_whom)):
        if not text.strip():
            raise NotAllowed(f"请填写“{name}”")
    if not written.reason.strip():
        raise NotAllowed(f"请写明为何定为{written.level.label}")
    if len(written.title.strip()) > _LONGEST_TITLE:
        raise NotAllowed(f"标题最多{_LONGEST_TITLE}字，现有{len(written.title.strip())}字；详情写在“何事”里")
    if len(written.what) > _LONGEST_TEXT:
        raise NotAllowed(f"“何事”最多{_LONGEST_TEXT}字，现有{len(written.what)}字")


def _must_be_past(written: Written, now: datetime) -> None:
    if written.known_at > now + _FAST_CLOCK:
        raise NotAllowed("获知时刻在此刻之后，请核对")
    if written.occurred_at and written.occurred_at > now + _FAST_CLOCK:
        raise NotAllowed("事发时刻在此刻之后，请核对；还不清楚的可以不填")
    if written.occurred_at and written.occurred_at > written.known_at:
        raise NotAllowed("事发时刻晚于获知时刻，请核对")


def _checked_enquiry(written: Written) -> Written:
    if written.origin is not Origin.MEDIA_ENQUIRY:
        return replace(written, enquiry=None)
    asked = written.enquiry
    if asked is None or not asked.medium.strip() or not asked.question.strip():
        raise NotAllowed("媒体采访函须写明哪家媒体、问什么")
    if asked.due_at and asked.due_at <= written.known_at:
        raise NotAllowed("要求答复的时刻不晚于获知时刻，请核对；没有要求的可以不填")
    return written


def _texts(written: Written) -> tuple[str, ...]:
    asked = (written.enquiry.medium, written.enquiry.contact, written.enquiry.question) if written.enquiry else ()
    return written.title, written.what, written.where, written.from_whom, written.reason, *asked


def must_bear_no_secrecy_mark(*texts: str) -> None:
    """Nothing classified is entered here (保密法): it is for the secrecy office, by its own ways."""
    # The words themselves are not repeated: a refusal is shown and logged where they must not be.
    if any(secrecy_marks(text) for text in texts):
        raise NotToBeKept("内容带有密级标志，没有保存：本系统不办涉密事项，请在线下按保密规定报保密部门处理")


def _masked(written: Written) -> Written:
    asked = written.enquiry
    return replace(
        written,
        title=mask(written.title.strip()),
        what=mask(written.what.strip()),
        where=mask(written.where.strip()),
        from_whom=mask(written.from_whom.strip()),
        reason=mask(written.reason.strip()),
        enquiry=asked
        and replace(
            asked, medium=asked.medium.strip(), contact=mask(asked.contact.strip()), question=mask(asked.question)
        ),
    )
