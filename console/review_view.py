"""公开审查 as the screen shows it: three gates side by side, what changed, what is asked, and who may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.clocks import ClockView, view_clock
from console.office import ConsoleOffice
from huiying.clarification import Clarification, Text
from huiying.gate import CONCLUSIONS, Gate, Means, Seat
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.release_review import Ground, findings_for
from huiying.review import GateRecord, Standing
from huiying.task import DueClock
from responders.drafts.differences import Piece, SentenceChange, Stretch, differences
from responders.gates import authors_of, standing_of_newest
from responders.turns import refusal

_HASH_ENDS = 4


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


@dataclass(frozen=True, kw_only=True, slots=True)
class GroundRow:
    """One line of the release review; what each earlier seat found, and what can be chosen."""

    id: str
    title: str
    clause: str
    said: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatChoice:
    """A seat as the acting person sees it: open to them, or why not."""

    key: str
    gate: Gate
    title: str
    short: str
    refused: str | None
    conclusions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The newest text beside the last one that was reviewed."""

    heading: str
    title: tuple[Piece, ...]
    sentences: tuple[SentenceChange, ...]
    added: int
    removed: int
    asked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewView:
    """The whole page."""

    clarification: str
    number: str
    concern: str
    concern_number: str
    kind: str
    title: str
    text: int
    characters: int
    sha256: str
    level: str
    level_words: str
    expedition: str
    outward: ClockView | None
    gates: tuple[GateView, ...]
    difference: Difference
    grounds: tuple[GroundRow, ...]
    reviewers: tuple[SeatLine, ...]
    seats: tuple[SeatChoice, ...]
    chosen: SeatChoice
    authors: tuple[str, ...]
    can_expedite: bool
    published: bool


def view_review(
    tx: Transaction, office: ConsoleOffice, clarification: Clarification, person: Person, wanted: str = ""
) -> ReviewView:
    """The newest text of a clarification before its gates, as this person sees it."""
    now, standing = office.clock.now(), standing_of_newest(tx, office.reviewing.rules, clarification)
    texts = tx.clarifications.texts(clarification.id)
    text, wrote = texts[-1], authors_of(tx, clarification.id)
    concern, alert = tx.concerns.find(clarification.concern), tx.alerts.get(clarification.episode)
    choices = tuple(_choice(standing, seat, person, wrote, now) for seat in standing.review.seats)
    review = standing.review
    return ReviewView(
        clarification=clarification.id,
        number=review.number,
        concern=clarification.concern,
        concern_number=concern.number if concern else "",
        kind=text.kind.label,
        title=text.title,
        text=text.number,
        characters=sum(len(sentence.text) for sentence in text.sentences),
        sha256=review.sha256,
        level=alert.level.value if alert else "none",
        level_words=wording.level_in_list(alert.level) if alert else "未预警",
        expedition=_expedition(standing),
        outward=_outward(tx, clarification, now),
        gates=tuple(_gate(standing, gate, now) for gate in Gate),
        difference=_difference(tx, texts),
        grounds=_grounds(standing),
        reviewers=tuple(_line(standing, seat, now) for seat in review.seats_of(Gate.RELEASE)),
        seats=choices,
        chosen=_chosen(choices, wanted, standing, now),
        authors=tuple(wrote.values()),
        can_expedite=review.expedition is None,
        published=bool(tx.publications.of_clarification(clarification.id)),
    )


def short_hash(sha256: str) -> str:
    """Its ends, for people to compare: 9c41 … e07b."""
    return f"{sha256[:_HASH_ENDS]} … {sha256[-_HASH_ENDS:]}"


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


def _gate(standing: Standing, gate: Gate, now: datetime) -> GateView:
    seats = standing.review.seats_of(gate)
    stand = sum(standing.stands(seat, now) for seat in seats)
    done_at = standing.passed_at(gate, now)
    return GateView(
        number=tuple(Gate).index(gate) + 1,
        title=f"{gate.label}　{stand} / {len(seats)}",
        shape=_gate_shape(standing, gate, now),
        seats=tuple(_line(standing, seat, now) for seat in seats),
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
        starts_at=found.starts_at,
        due_at=found.due_at,
        calculation=f"{wording.when(found.starts_at, now)} + {minutes} = {wording.when(found.due_at, now)}",
        basis=found.basis,
        mark="U",
        outward=False,
    )
    return view_clock(clock, now, done_at)


def _line(standing: Standing, seat: Seat, now: datetime) -> SeatLine:
    last = standing.last(seat)
    if last is None:
        return SeatLine(title=seat.title, words="未办", shape="")
    shape = ("warn" if last.confirm_by else "ok") if last.stands(now) else "bad"
    return SeatLine(title=seat.title, words=said_at(last, now), shape=shape)


def _grounds(standing: Standing) -> tuple[GroundRow, ...]:
    lasts = [standing.last(seat) for seat in standing.review.seats_of(Gate.RELEASE)]
    found = [last.release.grounds if last and last.release else {} for last in lasts]
    return tuple(
        GroundRow(
            id=ground.value,
            title=ground.label,
            clause=ground.clause,
            said=tuple(each[ground].label if ground in each else "" for each in found),
            options=tuple((option.value, option.label) for option in findings_for(ground)),
        )
        for ground in Ground
    )


def _choice(standing: Standing, seat: Seat, person: Person, wrote: dict[str, str], now: datetime) -> SeatChoice:
    return SeatChoice(
        key=f"{seat.gate.value}/{seat.id}",
        gate=seat.gate,
        title=f"{seat.gate.label}“{seat.title}”",
        short=seat.title,
        refused=refusal(standing, seat, person, wrote, now),
        conclusions=tuple((each.value, each.called(seat.gate)) for each in CONCLUSIONS[seat.gate]),
    )


def _chosen(choices: Sequence[SeatChoice], wanted: str, standing: Standing, now: datetime) -> SeatChoice:
    """The seat that was asked for, else the first that is open to the person, else the first that is open at all."""
    if found := next((each for each in choices if each.key == wanted), None):
        return found
    if mine := next((each for each in choices if each.refused is None), None):
        return mine
    open_seats = {f"{gate.value}/{seat.id}" for gate in Gate for seat in standing.open_seats(gate, now)}
    return next((each for each in choices if each.key in open_seats), choices[-1])


def _difference(tx: Transaction, texts: Sequence[Text]) -> Difference:
    newest = texts[-1]
    before = {standing.review.text: standing for standing in tx.reviews.of_clarification(newest.clarification)}
    numbers = [number for number, standing in before.items() if number < newest.number and standing.records]
    last = texts[max(numbers) - 1] if numbers else None
    old = last or newest
    sentences = differences([each.text for each in old.sentences], [each.text for each in newest.sentences])
    title = tuple(piece for change in differences([old.title], [newest.title]) for piece in change.pieces)
    pieces = [*title, *(piece for change in sentences for piece in change.pieces)]
    return Difference(
        heading=f"第 {newest.number} 稿与上次审查稿（第 {last.number} 稿）的差别"
        if last
        else f"第 {newest.number} 稿",
        title=title,
        sentences=sentences,
        added=sum(len(piece.words) for piece in pieces if piece.stretch is Stretch.ADDED),
        removed=sum(len(piece.words) for piece in pieces if piece.stretch is Stretch.REMOVED),
        asked=_asked(before[last.number]) if last else (),
    )


def _asked(standing: Standing) -> tuple[str, ...]:
    said = [record for record in standing.records if record.remarks and not record.passed]
    return tuple(f"{each.by.name}（{each.conclusion.called(each.gate)}）：{each.remarks}" for each in said)


def _expedition(standing: Standing) -> str:
    expedition = standing.review.expedition
    if expedition is None:
        return ""
    return f"{expedition.by.name} {wording.time_of_day(expedition.by.at)} 批准（{expedition.reasons}）"


def _outward(tx: Transaction, clarification: Clarification, now: datetime) -> ClockView | None:
    tasks = [task for task in tx.tasks.of_concern(clarification.concern) if task.alert == clarification.episode]
    clocks = [clock for task in tasks for clock in task.clocks if clock.outward and clock.due_at]
    return view_clock(min(clocks, key=lambda clock: clock.due_at or now), now) if clocks else None
