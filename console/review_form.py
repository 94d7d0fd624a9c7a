"""Reads the forms of the review's page into what the responders are told."""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from console.forms import Fields, written_moment
from console.office import ConsoleOffice
from huiying.failures import NotAllowed
from huiying.gate import Conclusion, Gate, Means
from huiying.person import Person
from huiying.release_review import Finding, Ground, Publicness, ReleaseReview
from responders.answers.decision import Decision
from responders.answers.reviewing import Elsewhere

Word = TypeVar("Word", bound=StrEnum)


def read_decision(clarification: str, form: Fields) -> Decision:
    """What was decided at the seat that the form names, about the text that it was shown with."""
    gate_id, _, seat = form["seat"].partition("/")
    gate = _one_of(Gate, gate_id, "没有这一关")
    return Decision(
        clarification=clarification,
        sha256=form["sha256"],
        gate=gate,
        seat=seat,
        conclusion=_one_of(Conclusion, form["conclusion"], "还差：结论未选"),
        remarks=form["remarks"],
        release=_read_release(form) if gate is Gate.RELEASE else None,
    )


def read_elsewhere(form: Fields) -> Elsewhere:
    """How and when a word was given that is taken down."""
    return Elsewhere(
        means=_one_of(Means, form["means"], "须选电话同意或纸质审批"),
        given_at=read_moment(form["given_at"], "同意的时间"),
        reference=form["reference"],
    )


def read_giver(form: Fields, office: ConsoleOffice) -> Person:
    """Whose word it is."""
    found = next((each for each in office.staff.people() if each.id == form["giver"]), None)
    if found is None:
        raise NotAllowed("须选定是谁同意的；名单里没有的，请管理员先建账户")
    return found


def read_moment(words: str, what: str) -> datetime:
    """A moment on a Beijing clock, as a browser's field sends it."""
    try:
        return written_moment(words)
    except ValueError:
        raise NotAllowed(f"{what}读不懂，应如 2026-11-22T06:05") from None


def none_found() -> Fields:
    """The release form as it is filled in by somebody who went through every ground and found nothing."""
    return Fields([(f"ground-{ground.value}", Finding.NONE.value) for ground in Ground])


def _read_release(form: Fields) -> ReleaseReview:
    found = {ground: form[f"ground-{ground.value}"] for ground in Ground}
    return ReleaseReview(
        grounds={ground: _one_of(Finding, said, f"{ground.label}选错了") for ground, said in found.items() if said},
        publicness=_one_of(Publicness, form["publicness"] or Publicness.PROACTIVE.value, "公开属性选错了"),
        removed=tuple(line.strip() for line in form["removed"].splitlines() if line.strip()),
        consulted=form["consulted"].strip(),
        referred_to=form["referred_to"].strip(),
    )


def _one_of(words: type[Word], said: str, refusal: str) -> Word:
    try:
        return words(said)
    except ValueError:
        raise NotAllowed(refusal) from None
