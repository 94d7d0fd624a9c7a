"""The three gates side by side: who sits there, what was said, and by when each is to be passed."""

from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.clocks import ClockView, view_clock
from huiying.gate import Gate, Means, Seat
from huiying.review import GateRecord, Standing
from huiying.task import DueClock


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatLine:
    """A seat of a gate with what was said at it; `shape` is "", ok, warn or bad."""

    title: str
    words: str
    shape: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GateView:
    """One gate; `shape` is d (passed), c (in hand), w (waiting) or v (void)."""

    number: int
    title: str
    shape: str
    seats: tuple[SeatLine, ...]
    clock: ClockView


def view_gate(standing: Standing, gate: Gate, now: datetime) -> GateView:
    """One gate as it stands now."""
    seats = standing.review.seats_of(gate)
    stand = sum(standing.stands(seat, now) for seat in seats)
    done_at = standing.passed_at(gate, now)
    return GateView(
        number=tuple(Gate).index(gate) + 1,
        title=f"{gate.label}　{stand} / {len(seats)}",
        shape=_gate_shape(standing, gate, now),
        seats=tuple(view_seat(standing, seat, now) for seat in seats),
        clock=_sub_clock(standing, gate, now, done_at),
    )


def _gate_shape(standing: Standing, gate: Gate, now: datetime) -> str:
    if standing.passed(gate, now):
        return "d"
    lasts = [standing.last(seat) for seat in standing.review.seats_of(gate)]
    if any(last and not last.stands(now) for last in lasts):
        return "v"
    waits = gate.before if standing.review.expedition is None or gate is Gate.SIGNATURE else ()
    return "c" if all(standing.passed(each, now) for each in waits) else "w"


def _sub_clock(standing: Standing, gate: Gate, now: datetime, done_at: datetime | None) -> ClockView:
    found = next(clock for clock in standing.review.clocks if clock.gate is gate)
    minutes = wording.hours(found.due_at - found.starts_at)
    clock = DueClock(
        step=gate.step,
        title=gate.label,
        starts_at=min(found.starts_at, _reached(standing, gate, now)),
        due_at=found.due_at,
        calculation=f"{wording.when(found.starts_at, now)} + {minutes} = {wording.when(found.due_at, now)}",
        basis=found.basis,
        mark="U",
        outward=False,
    )
    return view_clock(clock, now, done_at)


def _reached(standing: Standing, gate: Gate, now: datetime) -> datetime:
    """When the text came before a gate: it may pass the one before long before that one's time is up."""
    before = (standing.passed_at(each, now) for each in gate.before)
    return max((at for at in before if at), default=standing.review.opened_at)


def view_seat(standing: Standing, seat: Seat, now: datetime) -> SeatLine:
    """One seat as it stands now."""
    last = standing.last(seat)
    if last is None:
        return SeatLine(title=seat.title, words="未办", shape="")
    shape = ("warn" if last.confirm_by else "ok") if last.stands(now) else "bad"
    return SeatLine(title=seat.title, words=said_at(last, now), shape=shape)


def said_at(record: GateRecord, now: datetime) -> str:
    """Who said what when, and how, at a seat."""
    words = f"{record.by.name} {wording.when(record.by.at, now)} {record.conclusion.called(record.gate)}"
    if record.means is Means.PAPER and record.call:
        return f"{words}（纸质审批，{record.call.entered.name}补录）"
    if record.lapsed(now):
        return f"{words}：电话同意逾期未补签，已失效"
    if record.confirm_by and record.call:
        until = wording.when(record.confirm_by, now)
        return f"{words}：电话同意，{record.call.entered.name}登记，{until} 前补签"
    return words
