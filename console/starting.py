"""`/`: wherever somebody's own work begins."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from console.acting import Acting
from console.addresses import home_of
from console.admitting import signed_in


def starting_routes() -> APIRouter:
    """`/`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/", dependencies=signed_in())
    def start(by: Acting) -> RedirectResponse:
        return RedirectResponse(home_of(by), status_code=303)

    return routes
