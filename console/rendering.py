"""Pages from templates: one Jinja environment, the frame around every page, and nothing decided here."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from console import wording
from console.acting import visiting
from console.admitting import CSRF_FIELD, STANDS_FIELD
from console.keyboard import keys_of
from console.office import ConsoleOffice
from console.refilling import refill
from console.seeing import limited_to
from console.standing import kept_here, present_address
from huiying.permission import Action, able
from huiying.register.register import Transaction

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
"""The folder whose files are served as they are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What stands around every page: where one is, the time, how much waits, and the newest change it shows."""

    here: str
    now: datetime
    unclaimed: int
    waiting_tasks: int
    overdue_tasks: int
    personal_requests: int
    change_number: int


class Pages:
    """Prints templates; they only print, every word and number comes ready in a view."""

    def __init__(self, notices: Callable[[], Sequence[str]] = tuple) -> None:
        """`notices` tells what every page says at its head: which stores are away."""
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"say": wording, "asset": _asset_address, "notices": notices}
        self._environment.globals |= {"visit": visiting.get, "may": may, "csrf": csrf}
        self._environment.filters["dom"] = dom_id

    def html(self, template: str, status: int = 200, **views: object) -> HTMLResponse:
        """A template filled with its views."""
        keyboard, kept = keys_of(template), kept_here()
        printed = self._environment.get_template(template).render(keyboard=keyboard, **views)
        return HTMLResponse(refill(printed, kept) if kept else printed, status_code=status)


def may(action: str) -> bool:
    """Whether a page offers whoever asks a way to do this."""
    visit = visiting.get()
    return visit is not None and able(visit.person, Action(action))


def csrf() -> Markup:
    """What every form bears which the browser itself sends: whose it is (htmx sends that as a header), and where it
    stands, so that a refused one comes back there."""
    visit, hidden = visiting.get(), Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format(CSRF_FIELD, (visit and visit.csrf) or "") + hidden.format(STANDS_FIELD, present_address())


def dom_id(identifier: str) -> str:
    """An id that is safe in HTML and in selectors, whatever characters the original has."""
    return "r" + hashlib.sha256(identifier.encode()).hexdigest()[:16]


def frame(tx: Transaction, office: ConsoleOffice, here: str) -> Frame:
    """The frame of a page, read in the page's own transaction, so that its change number fits its rows."""
    now = office.clock.now()
    own, by_bureau = limited_to(), tx.tasks.counts_by_bureau(now)
    workloads = [load for bureau, load in by_bureau.items() if own in (None, bureau)]
    return Frame(
        here=here,
        now=now,
        unclaimed=tx.alerts.queue_counts().unclaimed if own is None else 0,
        waiting_tasks=sum(load.waiting for load in workloads),
        overdue_tasks=sum(load.overdue for load in workloads),
        personal_requests=tx.personal_requests.counts(now).open if may("answer-personal-requests") else 0,
        change_number=tx.outbox.newest(),
    )


def _asset_address(name: str) -> str:
    # The version makes a browser fetch a file anew after an update and never in between.
    stamp = (STATIC / name).stat().st_mtime_ns
    return f"/static/{name}?v={stamp:x}"
