"""公开审查 as the screen shows it: three gates side by side, what changed, what is asked, and who may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.clocks import ClockView, nearest_outward
from console.gate_view import GateView, SeatLine, said_at, view_gate, view_seat
from console.office import ConsoleOffice
from console.review_difference import Difference, view_difference
from console.scans import ScansView, view_scans
from huiying.clarification import Clarification
from huiying.gate import CONCLUSIONS, Gate, Seat
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.release_review import Ground, findings_for
from huiying.review import Standing
from huiying.scan import About
from responders.answers.gates import authors_of, standing_of_newest
from responders.answers.turns import refusal
from responders.scans.keeping import may_put_to_gate


@dataclass(frozen=True, kw_only=True, slots=True)
class GroundRow:
    """One line of the release review; what each earlier seat found, and what can be chosen."""

    id: str
    title: str
    clause: str
    said: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PapersLine:
    """What was said at a seat, with its papers."""

    title: str
    words: str
    scans: ScansView


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
    papers: tuple[PapersLine, ...]
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
        gates=tuple(view_gate(standing, gate, now) for gate in Gate),
        difference=view_difference(tx, texts),
        grounds=_grounds(standing),
        reviewers=tuple(view_seat(standing, seat, now) for seat in review.seats_of(Gate.RELEASE)),
        papers=_papers(tx, office, standing, person),
        seats=choices,
        chosen=_chosen(choices, wanted, standing, now),
        authors=tuple(wrote.values()),
        can_expedite=review.expedition is None,
        published=bool(tx.publications.of_clarification(clarification.id)),
    )


def _papers(tx: Transaction, office: ConsoleOffice, standing: Standing, person: Person) -> tuple[PapersLine, ...]:
    """Every word at the gates about this text, also one that was taken back: its paper lies in the file."""
    now, titles = office.clock.now(), {(seat.gate, seat.id): seat.title for seat in standing.review.seats}
    may_add = {
        str(record.id): may_put_to_gate(person, record.by.person, record.call.entered.person if record.call else None)
        for record in standing.records
    }
    scans = view_scans(tx, office, About.GATE, may_add)
    return tuple(
        PapersLine(
            title=f"{record.gate.label}　{titles[record.gate, record.seat]}",
            words=said_at(record, now),
            scans=scans[str(record.id)],
        )
        for record in standing.records
    )


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
        title=seat.gate.label if seat.title in seat.gate.label else f"{seat.gate.label}“{seat.title}”",
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


def _expedition(standing: Standing) -> str:
    expedition = standing.review.expedition
    if expedition is None:
        return ""
    return f"{expedition.by.name} {wording.time_of_day(expedition.by.at)} 批准（{expedition.reasons}）"


def _outward(tx: Transaction, clarification: Clarification, now: datetime) -> ClockView | None:
    tasks = tx.tasks.of_concern(clarification.concern)
    return nearest_outward((task for task in tasks if task.alert == clarification.episode), now)
