"""Danger to life: 110, 119 and 120 come before everything else, and the record of the call is one click."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.office import ConsoleOffice
from console.rendering import Pages
from huiying.concern import Concern
from huiying.contacts import Emergency
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.register.register import Transaction
from responders.shift.duty_log import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Danger:
    """A matter whose words speak of danger to life: whom to call, and which calls were recorded."""

    concern: str
    services: tuple[Emergency, ...]
    called: tuple[str, ...]
    said: str = ""


def danger_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """One click records that a service was called."""
    routes = APIRouter(include_in_schema=False)

    @routes.post("/concerns/{concern}/called", dependencies=needs(Action.KEEP_DUTY_LOG))
    def called(concern: str, form: Annotated[Fields, Depends(read_fields)], by: Acting) -> HTMLResponse:
        said, status = "", 200
        with office.register.reading() as tx:
            _must_endanger(tx.concerns.find(concern))
        try:
            service = _service(office, form["number"])
            call = Call(
                unit=service.service,
                whom="",
                number=service.number,
                said="已拨打",
                answered=True,
                at=office.clock.now(),
                concern=concern,
                emergency=True,
            )
            office.duty_logging.record_call(call, by=by)
        except NotAllowed as refusal:
            said, status = str(refusal), 409
        with office.register.reading() as tx:
            view = view_danger(tx, tx.concerns.find(concern), office, said)
            return pages.html("_danger.html", status=status, danger=view)

    return routes


def view_danger(tx: Transaction, concern: Concern | None, office: ConsoleOffice, said: str = "") -> Danger | None:
    """What stands first where anybody spoke of danger to life; None for every other matter."""
    if concern is None or not concern.endangers_life:
        return None
    now = office.clock.now()
    calls = [notice for notice in tx.duty_log.notices_of(concern.id) if notice.emergency]
    return Danger(
        concern=concern.id,
        services=office.policy.contacts.emergencies,
        called=tuple(f"{wording.when(call.at, now)} {call.by.name}已打{call.unit}{call.number}" for call in calls),
        said=said,
    )


def _must_endanger(concern: Concern | None) -> None:
    if concern is None:
        raise HTTPException(404, "没有这个舆情事项，它可能属于另一个数据目录")
    if not concern.endangers_life:
        raise NotAllowed("这件事项没有提到人身危险，打的电话请记在值班日志里")


def _service(office: ConsoleOffice, number: str) -> Emergency:
    found = next((each for each in office.policy.contacts.emergencies if each.number == number), None)
    if found is None:
        raise NotAllowed(f"通讯录里没有紧急号码“{number}”")
    return found
