"""The 批示 box: what the words name is shown beside them to be confirmed; what they do not name is asked for."""

from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.forms import Fields, moment_in
from console.office import ConsoleOffice
from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.instruction import Instruction
from huiying.person import Person
from huiying.register.register import Transaction
from responders.tasks.instructing import Order
from responders.tasks.ordering import read_order


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderView:
    """An order as far as it is known: what a form holds, and the same in words. `missing` names what is not known."""

    text: str
    bureau: str
    until: str
    number: str
    bureau_words: str
    until_words: str
    concern_words: str
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing need be asked."""
        return not self.missing


def view_order(tx: Transaction, office: ConsoleOffice, text: str, form: Fields) -> OrderView:
    """What was typed beside the words counts before what the words name; a bureau's gravest matter is proposed."""
    now = office.clock.now()
    read = read_order(text, office.policy.bureaus, now)
    concern = _concern(tx, form["number"] or read.number)
    bureau = form["bureau"] or read.bureau or ((concern.lead or "") if concern else "")
    if concern is None and not (form["number"] or read.number) and bureau:
        concern = _gravest_of(tx, bureau)
    until = form["until"] or (f"{read.due_at.astimezone(BEIJING):%Y-%m-%dT%H:%M}" if read.due_at else "")
    due_at = _moment(until)
    known = {
        "批示内容": text.strip(),
        "承办单位": bureau in office.bureau_names,
        "办理时限": due_at and due_at > now,
        "关联的舆情事项": concern,
    }
    return OrderView(
        text=text,
        bureau=bureau,
        until=until,
        number=concern.number if concern else form["number"],
        bureau_words=office.bureau(bureau) if bureau else "",
        until_words=f"{wording.day(due_at)} {wording.time_of_day(due_at)} 前" if due_at else "",
        concern_words=f"{concern.number} {concern.title}" if concern else "",
        missing=tuple(name for name, value in known.items() if not value),
    )


def instruct(office: ConsoleOffice, form: Fields, by: Person) -> Instruction:
    """Confirm an order whose parts all stand in the form."""
    with office.register.reading() as tx:
        concern = _concern(tx, form["number"])
    if concern is None:
        raise NotAllowed(f"没有编号为“{form['number']}”的舆情事项，可在“事项”里查")
    if form["bureau"] not in office.bureau_names:
        raise NotAllowed("请选定承办单位")
    text = form["text"].strip()
    order = Order(text=text, bureau=form["bureau"], what=text, due_at=moment_in(form, "until"))
    return office.instructing.instruct(concern.id, order, by=by)


def _concern(tx: Transaction, number: str) -> Concern | None:
    found = tx.concerns.numbered(number.strip()) if number.strip() else None
    return tx.concerns.resolve(found.id) if found else None


def _gravest_of(tx: Transaction, bureau: str) -> Concern | None:
    alert = next(iter(tx.alerts.queue(bureau=bureau, limit=1)), None)
    return tx.concerns.find(alert.concern) if alert and alert.concern else None


def _moment(until: str) -> datetime | None:
    try:
        return datetime.fromisoformat(until).replace(tzinfo=BEIJING)
    except ValueError:
        return None
