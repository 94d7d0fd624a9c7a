"""通讯录: whom the office calls at which level, with stand-ins."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.admitting import needs
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from huiying.level import Level
from huiying.permission import Action


def contact_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/contacts`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/contacts", dependencies=needs(Action.VIEW_MATTERS))
    def contacts() -> HTMLResponse:
        with office.register.reading() as tx:
            here = frame(tx, office, "log")
            return pages.html("contacts.html", book=office.policy.contacts, levels=tuple(Level), frame=here)

    return routes
