"""Where somebody begins who asked for nothing else: at their own work."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from console.acting import Acting
from console.admitting import MY_PAGE, signed_in
from huiying.person import Person, Role

_STARTS = (
    (Role.OFFICER, "/queue"),
    (Role.LEADER, "/leader"),
    (Role.HANDLER, "/desk"),
    (Role.BUREAU_HEAD, "/desk"),
    (Role.CHECKER, "/review"),
    (Role.REVIEWER, "/review"),
    (Role.SIGNER, "/review"),
    (Role.SUPERVISOR, "/tasks"),
    (Role.ADMINISTRATOR, "/sources"),
    (Role.AUDITOR, "/audit"),
)
"""The first role of a person in this order decides: who keeps watch has the queue, whatever else they do."""


def starting_routes() -> APIRouter:
    """`/`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/", dependencies=signed_in())
    def start(by: Acting) -> RedirectResponse:
        return RedirectResponse(home_of(by), status_code=303)

    return routes


def home_of(person: Person) -> str:
    """The page where a person's work begins; for somebody without a role, their own."""
    return next((path for role, path in _STARTS if role in person.roles), MY_PAGE)
