"""What the `{id}` of an address names: 404 where there is none, `NotAllowed` where it is not for who asks."""

from typing import TypeVar

from fastapi import HTTPException

from console.seeing import limited_to, must_see_concern
from huiying.alert import Alert
from huiying.clarification import Clarification
from huiying.concern import Concern
from huiying.duty_log import Handover
from huiying.failures import NotAllowed
from huiying.finding import Finding
from huiying.instruction import Instruction
from huiying.media_enquiry import MediaEnquiry
from huiying.proceeding import Proceeding
from huiying.publication import Published
from huiying.register.register import Transaction
from huiying.supervision import Supervision
from huiying.task import Task

_Noun = TypeVar("_Noun")


def alert(tx: Transaction, id: str) -> Alert:
    """An alert, of a matter or of a source."""
    found = _there(tx.alerts.get(id), "预警", id)
    _must_see(tx, found.concern)
    return found


def concern(tx: Transaction, id: str) -> Concern:
    """A concern, or the one it was merged into."""
    found = _there(tx.concerns.resolve(id), "舆情事项", id)
    must_see_concern(tx, found)
    return found


def task(tx: Transaction, id: str) -> Task:
    """A task."""
    found = _there(tx.tasks.get(id), "任务", id)
    _must_see(tx, found.concern)
    return found


def finding(tx: Transaction, id: str) -> Finding:
    """What a bureau wrote about a task."""
    found = _there(tx.findings.get(id), "反馈", id)
    task(tx, found.task)
    return found


def supervision(tx: Transaction, id: str) -> Supervision:
    """A 督办."""
    found = _there(tx.supervisions.get(id), "督办", id)
    _must_see(tx, found.concern)
    return found


def proceeding(tx: Transaction, id: str) -> Proceeding:
    """The proceeding of a matter."""
    found = _there(tx.proceedings.get(id), "办理记录", id)
    _must_see(tx, found.concern)
    return found


def clarification(tx: Transaction, id: str) -> Clarification:
    """An answer."""
    found = _there(tx.clarifications.get(id), "回应稿", id)
    _must_see(tx, found.concern)
    return found


def publication(tx: Transaction, id: str) -> Published:
    """An answer as it stands in a channel."""
    found = _there(tx.publications.get(id), "发布", id)
    clarification(tx, found.publication.clarification)
    return found


def instruction(tx: Transaction, id: str) -> Instruction:
    """A 批示件."""
    found = _there(tx.instructions.get(id), "批示件", id)
    _must_see(tx, found.concern)
    return found


def handover(tx: Transaction, id: str) -> Handover:
    """A hand-over between shifts."""
    return _there(tx.duty_log.handover(id), "交接记录", id)


def enquiry(tx: Transaction, id: str) -> MediaEnquiry:
    """What a medium asked."""
    return _there(tx.duty_log.enquiry(id), "媒体采访函", id)


def _there(noun: _Noun | None, called: str, id: str) -> _Noun:
    if noun is None:
        raise HTTPException(404, f"没有{called} {id[:100]}")
    return noun


def _must_see(tx: Transaction, id: str | None) -> None:
    found = tx.concerns.find(id) if id else None
    if found is not None:
        must_see_concern(tx, found)
    elif limited_to() is not None:
        raise NotAllowed("信源故障由值班室处理，这里只有本单位的事项")
