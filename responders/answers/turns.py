"""Turns: whether a person may speak at a seat of a gate now; a refusal says who can instead, or what comes first."""

from collections.abc import Mapping
from datetime import datetime

from huiying.clock import BEIJING
from huiying.failures import NotAllowed
from huiying.gate import Conclusion, Gate, Seat
from huiying.permission import must_may
from huiying.person import Person, Signed
from huiying.review import Review, Standing
from responders.answers.decision import Decision


def seat_of(review: Review, decision: Decision) -> Seat:
    """The seat that a decision is for; `NotAllowed` where the gate has none of that name."""
    seat = next((each for each in review.seats_of(decision.gate) if each.id == decision.seat), None)
    if seat is None:
        able = "、".join(each.title for each in review.seats_of(decision.gate))
        raise NotAllowed(f"{decision.gate.label}没有席位“{decision.seat}”，有的是：{able}")
    return seat


def refusal(standing: Standing, seat: Seat, person: Person, wrote: Mapping[str, str], now: datetime) -> str | None:
    """Why this person may not speak at a seat now; None where they may. `wrote` names the authors of the answer."""
    if person.id in wrote:
        return f"{person.name}起草过这份回应稿，三道关都不能办"
    agreeing = Decision(
        clarification=standing.review.clarification,
        sha256=standing.review.sha256,
        gate=seat.gate,
        seat=seat.id,
        conclusion=Conclusion.AGREED,
        remarks="重新审查",
    )
    try:
        must_be_their_turn(standing, seat, must_may(person, seat.gate.action, now), agreeing)
    except NotAllowed as reason:
        return str(reason)
    return None


def must_be_their_turn(standing: Standing, seat: Seat, signed: Signed, decision: Decision) -> None:
    """`NotAllowed` where this person may not sit there, or not yet, or the seat has spoken already."""
    review, now = standing.review, signed.at
    if seat.unit and signed.bureau != seat.unit:
        raise NotAllowed(f"“{seat.title}”须由{seat.unit}的人办，{signed.name}属于{signed.bureau or '未设置单位'}")
    needed = seat.gate.before if seat.gate is Gate.SIGNATURE or review.expedition is None else ()
    if waiting := [gate.label for gate in needed if not standing.passed(gate, now)]:
        raise NotAllowed(f"{seat.gate.label}之前还要先过：{'、'.join(waiting)}")
    for other in review.seats_of(seat.gate):
        last = standing.last(other)
        if other != seat and last and last.by.person == signed.person and last.passed:
            raise NotAllowed(f"{signed.name}已办“{other.title}”，同一关的“{seat.title}”须由另一人办")
    _must_leave_enough_people(standing, seat, signed)
    _must_take_its_place(standing, seat, signed, decision)


def _must_leave_enough_people(standing: Standing, seat: Seat, signed: Signed) -> None:
    now, review = signed.at, standing.review
    others = [each for each in review.seats if each != seat]
    people = {last.by.person for each in others if (last := standing.last(each)) and last.stands(now)}
    open_seats = [each for each in others if not standing.stands(each, now)]
    if len(people | {signed.person}) + len(open_seats) < review.minimum_people:
        raise NotAllowed(f"三道关至少由 {review.minimum_people} 人分别办理，{signed.name}不能一人全办")


def _must_take_its_place(standing: Standing, seat: Seat, signed: Signed, decision: Decision) -> None:
    last, now = standing.last(seat), signed.at
    if last is None:
        return
    if last.stands(now) and not (last.confirm_by and last.by.person == signed.person):
        local = last.by.at.astimezone(BEIJING)
        waits = "电话同意，待本人补签" if last.confirm_by else last.conclusion.called(seat.gate)
        raise NotAllowed(f"“{seat.title}”已由{last.by.name}于{local.month}月{local.day}日{local:%H:%M}办过：{waits}")
    if not last.passed and not decision.remarks.strip():
        raise NotAllowed(f"上次结论是“{last.conclusion.called(seat.gate)}”，重新审查须写明理由")
