"""Saved views, and what the shift wrote down: what a person reads of their own shift."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from console.acting import Acting
from console.admitting import needs
from console.api.answering import as_told, listed
from console.api.bodies import Body, Line, Words
from console.api.describing import told
from console.api.moving import Empty, Move, add_moves
from console.api.shapes import list_of, ref
from console.office import ConsoleOffice
from console.saved_views import SAVE, delete_view, save_view
from huiying.duty_log import Handover, LogEntry, PhoneNotice
from huiying.media_enquiry import MediaEnquiry
from huiying.permission import Action
from huiying.person import Person
from huiying.saved_view import ListPage, SavedView


class SaveView(Body):
    """存视图."""

    page: ListPage = Field(description="哪一个列表：/、/concerns、/tasks 或 /posts")
    name: Line = Field(description="名称，至多 30 字；同名的替换")
    filters: Words = Field(description="网页地址里 ? 之后的筛选条件")
    shared: bool = Field(default=False, description="是否共享给同事")


def saved_view_routes(office: ConsoleOffice) -> APIRouter:
    """`/api/views` and `GET /api/log`."""
    routes = APIRouter(prefix="/api")
    _views(routes, office)
    _log(routes, office)
    return routes


def _views(routes: APIRouter, office: ConsoleOffice) -> None:
    views = needs(Action.VIEW_MATTERS)

    @routes.get(
        "/views",
        tags=["视图"],
        summary="视图",
        dependencies=views,
        **told(list_of(ref(SavedView)), Action.VIEW_MATTERS),
    )
    def saved(by: Acting) -> JSONResponse:
        """自己存的视图，和同事共享、自己可看的。"""
        with office.register.reading() as tx:
            return listed([view for view in tx.saved_views.of(by.id) if view.is_for(by)])

    def save(_: str, body: SaveView, by: Person) -> SavedView:
        return save_view(
            office, SavedView.of(by, body.page, body.name, body.filters, shared=body.shared, at=office.clock.now())
        )

    moves = [
        Move(
            path="/views",
            action=Action.VIEW_MATTERS,
            kept_as=SAVE,
            summary="存视图",
            says="把一个列表的筛选条件存为视图。",
            body=SaveView,
            example={"page": "/posts", "name": "水务负面", "filters": "bureau=水务局&tone=negative"},
            gives=SavedView,
            act=save,
        ),
        Move(
            path="/views/{id:path}/delete",
            action=Action.VIEW_MATTERS,
            kept_as=SAVE,
            summary="删除视图",
            says="删除自己存的视图，给出删去的那一个。",
            body=Empty,
            example={},
            gives=SavedView,
            act=lambda id, _, by: delete_view(office, id, by),
            about=lambda _, id: id,
        ),
    ]
    add_moves(routes, office, "视图", moves)


def _log(routes: APIRouter, office: ConsoleOffice) -> None:
    parts = {"entries": LogEntry, "calls": PhoneNotice, "handovers": Handover, "enquiries": MediaEnquiry}
    shape = {
        "type": "object",
        "properties": {name: {"type": "array", "items": ref(noun)} for name, noun in parts.items()},
        "required": list(parts),
    }

    @routes.get(
        "/log",
        tags=["值班"],
        summary="值班日志",
        dependencies=needs(Action.KEEP_DUTY_LOG),
        **told(shape, Action.KEEP_DUTY_LOG),
    )
    def log(
        days: Annotated[int, Query(ge=1, le=31, description="最近几天", examples=[3])] = 3,
    ) -> JSONResponse:
        """最近几天的日志和电话记录，最近的交接班，媒体采访函。"""
        since = office.clock.now() - timedelta(days=days)
        with office.register.reading() as tx:
            found: dict[str, Sequence[object]] = {
                "entries": tx.duty_log.entries(since),
                "calls": tx.duty_log.notices(since),
                "handovers": tx.duty_log.last_handovers(5),
                "enquiries": tx.duty_log.enquiries(),
            }
        return JSONResponse({name: [as_told(each) for each in nouns] for name, nouns in found.items()})
