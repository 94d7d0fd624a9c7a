"""Who acts: the visit of the request at hand, for routes that do something in somebody's name and for what a page
shows to whom."""

from contextvars import ContextVar
from typing import Annotated, cast

from fastapi import Depends, Request

from huiying.entrance import Visit
from huiying.person import Person

visiting: ContextVar[Visit | None] = ContextVar("visiting", default=None)
"""The visit of the request at hand. Every page has a frame that tells who is signed in, and every page about a matter
asks whether that person may see it; so it does not pass through every view."""


def acting_person(request: Request) -> Person:
    """Whom the guard let in with this request."""
    return cast(Visit, request.state.visit).person


Acting = Annotated[Person, Depends(acting_person)]
"""A route's parameter: who acts."""


def present_visit(request: Request) -> Visit:
    """The whole visit, for what is done to the visit itself."""
    return cast(Visit, request.state.visit)


Visiting = Annotated[Visit, Depends(present_visit)]
"""A route's parameter: the visit."""


def who_asks() -> str:
    """The name under which whoever asks takes alerts and acts."""
    visit = visiting.get()
    return visit.person.name if visit else ""
