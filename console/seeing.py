"""What of the office's matters is shown to whom: everything, or only the matters of one's own unit; and how a page
finds one that may be seen."""

from collections.abc import Iterable

from fastapi import HTTPException

from console.acting import visiting
from huiying.clarification import Clarification
from huiying.concern import Concern
from huiying.permission import must_see, sees_all
from huiying.person import Person
from huiying.register.register import Transaction


def limited_to() -> str | None:
    """The unit that whoever asks is limited to; None where every matter is open to them."""
    visit = visiting.get()
    return None if visit is None or sees_all(visit.person) else visit.person.bureau or ""


def shown_matters(tx: Transaction) -> set[str] | None:
    """The concerns that whoever asks may see; None for all of them."""
    bureau = limited_to()
    return None if bureau is None else tx.units.matters(bureau)


def seen_among(tx: Transaction, concerns: Iterable[str | None], person: Person) -> set[str]:
    """Those of these concerns that a person may see."""
    present = {concern for concern in concerns if concern}
    return present if sees_all(person) else tx.units.among(person.bureau or "", present)


def must_see_concern(tx: Transaction, concern: Concern) -> None:
    """Refuse a matter of other units to whoever is limited to their own."""
    visit = visiting.get()
    if visit is None or sees_all(visit.person):
        return
    tasks = tx.tasks.of_concern(concern.id)
    bureaus = [concern.lead, *concern.co_handlers]
    bureaus += [bureau for task in tasks for bureau in (task.bureau, *task.co_handlers)]
    must_see(visit.person, tuple(dict.fromkeys(bureaus)))


def found_concern(tx: Transaction, concern: str) -> Concern:
    """The concern, or the one it was merged into; a page says that there is none, or that it is not for who asks."""
    found = tx.concerns.resolve(concern)
    if found is None:
        raise HTTPException(404, "没有这个舆情事项，它可能属于另一个数据目录")
    must_see_concern(tx, found)
    return found


def found_clarification(tx: Transaction, clarification: str) -> Clarification:
    """The answer of this id, to a matter that whoever asks may see; a page says where there is none."""
    found = tx.clarifications.get(clarification)
    if found is None:
        raise HTTPException(404, "没有这份回应稿，它可能属于另一个数据目录")
    found_concern(tx, found.concern)
    return found
