"""Everything under `/api`: what each part answers stands in its own module."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from console.admitting import signed_in
from console.api.alerts import alert_routes
from console.api.answers import answer_routes
from console.api.describing import description_of
from console.api.lists import list_routes
from console.api.posts import post_routes
from console.api.proceedings import proceeding_routes
from console.api.records import record_routes
from console.api.saved_views import saved_view_routes
from console.api.shift import shift_routes
from console.api.tasks import task_routes
from console.office import ConsoleOffice

_PARTS = (
    list_routes,
    post_routes,
    alert_routes,
    task_routes,
    proceeding_routes,
    answer_routes,
    shift_routes,
    saved_view_routes,
    record_routes,
)


def api_routes(office: ConsoleOffice) -> APIRouter:
    """Everything under `/api`."""
    routes = APIRouter()
    for part in _PARTS:
        routes.include_router(part(office))

    @routes.get("/api/openapi.json", include_in_schema=False, response_model=None, dependencies=signed_in())
    def description(request: Request) -> JSONResponse:
        return JSONResponse(description_of(request.app))

    return routes
