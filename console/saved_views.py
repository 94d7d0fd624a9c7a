"""视图: the filters of the queue, the concerns, the tasks and the posts, kept under a name by whoever looks.

A tick shares one with the office."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting, visiting
from console.admitting import keeps, needs
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.saved_view import ListPage, SavedView, filters_of

_MOST = 50
SAVE = "save-view"
"""What keeping one is called in the audit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewLink:
    """A saved view to open."""

    id: str
    name: str
    href: str
    whose: str
    own: bool
    shared: bool
    page: str
    when: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewBar:
    """What stands in a list's bar: the views of this list, and the filters that would be kept now."""

    page: str
    filters: str
    links: tuple[ViewLink, ...]

    @property
    def chosen(self) -> str:
        """The name of the view that the list shows now; empty where it is none."""
        return next((link.name for link in self.links if link.chosen), "")


def _filters_asked(request: Request) -> str:
    try:
        return filters_of(request.url.query)
    except ValueError:
        return ""


Filters = Annotated[str, Depends(_filters_asked)]
"""A route's parameter: the filters of the list as they stand in its address."""


def view_bar(tx: Transaction, office: ConsoleOffice, page: ListPage, filters: str) -> ViewBar:
    """The views of a list for whoever asks."""
    visit = visiting.get()
    links = _links(tx, office, visit.person, page, filters) if visit else ()
    return ViewBar(page=page.value, filters=filters, links=links)


def saved_view_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/views`, and what is done there."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/views", dependencies=needs(Action.VIEW_MATTERS))
    def views(by: Acting) -> HTMLResponse:
        with office.register.reading() as tx:
            return pages.html("views.html", links=_links(tx, office, by), frame=frame(tx, office, "views"))

    form_fields = Annotated[Fields, Depends(read_fields)]

    @routes.post("/views", dependencies=keeps(SAVE))
    def save(form: form_fields, by: Acting) -> RedirectResponse:
        view = _save(office, form, by)
        return done(office, by, view.address, f"已存为视图“{view.name}”")

    @routes.post("/views/delete", dependencies=keeps(SAVE))
    def delete(form: form_fields, by: Acting) -> RedirectResponse:
        delete_view(office, form["id"], by)
        return done(office, by, "/views", "视图已删除")

    return routes


def _save(office: ConsoleOffice, form: Fields, by: Person) -> SavedView:
    try:
        page = ListPage(form["page"])
    except ValueError:
        raise NotAllowed("请选定这是哪一个列表的视图") from None
    shared = bool(form["shared"])
    return save_view(
        office, SavedView.of(by, page, form["name"], form["query"], shared=shared, at=office.clock.now())
    )


def save_view(office: ConsoleOffice, view: SavedView) -> SavedView:
    """Keep it for its owner, who has at most so many."""
    with office.register.transaction() as tx:
        own = {kept.id for kept in tx.saved_views.of(view.owner) if kept.owner == view.owner}
        if view.id not in own and len(own) >= _MOST:
            raise NotAllowed(f"每人最多存 {_MOST} 个视图，请先在本页删去不用的")
        tx.saved_views.save(view)
    return view


def delete_view(office: ConsoleOffice, id: str, by: Person) -> SavedView:
    """Take one's own away; the view that was."""
    with office.register.transaction() as tx:
        own = next((view for view in tx.saved_views.of(by.id) if (view.id, view.owner) == (id, by.id)), None)
        if own is None:
            raise NotAllowed("没有这个视图，或它是别人存的；别人的视图只能由本人删除")
        tx.saved_views.delete(id, by.id)
    return own


def _links(
    tx: Transaction, office: ConsoleOffice, person: Person, page: ListPage | None = None, filters: str = ""
) -> tuple[ViewLink, ...]:
    """One's own first, then what others share."""
    found = [view for view in tx.saved_views.of(person.id, page) if view.is_for(person)]
    now = office.clock.now()
    return tuple(
        ViewLink(
            id=view.id,
            name=view.name,
            href=view.address,
            whose="" if view.owner == person.id else view.owner_name,
            own=view.owner == person.id,
            shared=view.shared,
            page=view.page.label,
            when=wording.when(view.at, now),
            chosen=page is not None and view.filters == filters,
        )
        for view in sorted(found, key=lambda view: (view.owner != person.id, view.page, view.name))
    )
