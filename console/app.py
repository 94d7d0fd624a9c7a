"""The console as one web application: every screen's routes, the live stream, the API, and what guards them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as AnyHTTPException

from console.addresses import home_of
from console.admitting import admit
from console.api.describing import ERRORS
from console.api.routes import api_routes
from console.audits import audit_routes
from console.concern_list import concern_list_routes
from console.concern_moves import concern_move_routes
from console.concerns import concern_routes
from console.config_history import config_history_routes
from console.config_pages import config_routes
from console.contacts import contact_routes
from console.contrasts import contrast_routes
from console.correcting import correcting_routes
from console.danger import danger_routes
from console.dead_letters import dead_letter_routes
from console.desk import desk_routes
from console.drafting import drafting_routes
from console.duty_log import duty_log_routes
from console.evidence import evidence_routes
from console.guarding import Guard
from console.health import health_routes
from console.instructions import instruction_routes
from console.keeping import PointedOut, Refused, answer_refused, is_form
from console.leader import leader_routes
from console.live import Tailer, live_routes
from console.metrics import OfficeCollector
from console.models import model_routes
from console.notices import notice_routes
from console.office import ConsoleOffice
from console.overview import overview_routes
from console.papers import paper_routes
from console.people import people_routes
from console.personal_requests import personal_request_routes
from console.posts import post_routes
from console.proceeding_forms import proceeding_routes
from console.publishing import publishing_routes
from console.queue import queue_routes
from console.record import record_routes
from console.registering import registering_routes
from console.rendering import STATIC, Pages
from console.review import review_routes
from console.review_papers import review_paper_routes
from console.rules import rules_routes
from console.saved_views import saved_view_routes
from console.scans import scan_routes
from console.several import several_routes
from console.signing_in import answer_not_signed_in, signing_in_routes
from console.single_sign_on import single_sign_on_routes
from console.sources import source_routes
from console.starting import starting_routes
from console.suggestions import suggestion_routes
from console.task_paper import task_paper_routes
from console.tasks import task_routes
from console.unsent import unsent_routes
from console.watching import Absences
from huiying import __version__
from huiying.entrance import Visit
from huiying.failures import NotAllowed, NotToBeKept, Stale, Unavailable

log = structlog.get_logger()

PAGES = (
    signing_in_routes,
    single_sign_on_routes,
    queue_routes,
    concern_list_routes,
    concern_routes,
    concern_move_routes,
    record_routes,
    correcting_routes,
    suggestion_routes,
    contrast_routes,
    task_routes,
    paper_routes,
    desk_routes,
    instruction_routes,
    review_paper_routes,
    review_routes,
    publishing_routes,
    drafting_routes,
    unsent_routes,
    leader_routes,
    overview_routes,
    source_routes,
    notice_routes,
    post_routes,
    saved_view_routes,
    several_routes,
    registering_routes,
    duty_log_routes,
    contact_routes,
    danger_routes,
    task_paper_routes,
    evidence_routes,
    scan_routes,
    personal_request_routes,
    people_routes,
    audit_routes,
    rules_routes,
    config_history_routes,
    config_routes,
    dead_letter_routes,
    model_routes,
)
"""Every screen and what is sent from it; where two could answer one address, the earlier one does."""

_LOOK_SECONDS = 5.0

_HEADINGS = {
    403: "不能这样做",
    404: "没有这一页",
    405: "这里不能这样请求",
    413: "内容过长",
    422: "请求读不懂",
    503: "存储暂时不可用",
}


def create_app(office: ConsoleOffice) -> FastAPI:
    """The console of this office, ready for uvicorn. It starts its tailer when served and stops it at the end.

    A server that is to stop calls `app.state.close_streams()` first: open streams would hold it up. What `/metrics`
    tells is `app.state.collector`, for those who tell it elsewhere too.
    """
    tailer, absences = Tailer(office.register), Absences(office)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        working = [asyncio.create_task(tailer.follow()), asyncio.create_task(_keep_looking(absences))]
        for task in working:
            task.add_done_callback(_say_if_it_fell)
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    app = FastAPI(
        title="回应 Huiying",
        version=__version__,
        description=(
            "城市舆情回应系统的接口。提交帖文须带 HUIYING_API_TOKEN；其余须已登录，或带 huiying users token 发的口令"
            "（Authorization: Bearer hy_…）。时间均为 UTC 的 ISO 8601。"
        ),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(admit)],
    )
    app.state.office = office
    app.state.close_streams = tailer.close
    app.state.collector = OfficeCollector(office)
    pages = Pages(absences.notices)
    for routes in PAGES:
        app.include_router(routes(office, pages))
    app.include_router(proceeding_routes(office))
    app.include_router(starting_routes())
    app.include_router(api_routes(office))
    app.include_router(live_routes(tailer, office, absences.notices))
    app.include_router(health_routes(office, app.state.collector))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _answer_errors(app, office, pages)
    answer_not_signed_in(app, office, pages)
    app.add_middleware(Guard, office=office)
    return app


async def _keep_looking(absences: Absences) -> None:
    while True:
        absences.look()
        await asyncio.sleep(_LOOK_SECONDS)


def _say_if_it_fell(following: asyncio.Task[None]) -> None:
    if not following.cancelled() and (error := following.exception()):
        log.error("live stream fell; pages say so and need this process to be started again", exc_info=error)


def _answer_errors(app: FastAPI, office: ConsoleOffice, pages: Pages) -> None:
    async def answer(request: Request, status: int, words: str, headers: dict[str, str]) -> Response:
        if is_form(request):
            return await answer_refused(request, office, pages, status, Refused(words=words))
        return _answer(request, pages, status, words, headers)

    @app.exception_handler(AnyHTTPException)
    async def refused(request: Request, error: AnyHTTPException) -> Response:
        if error.status_code == 405 and request.method == "GET" and isinstance(request.state.visit, Visit):
            # The address of a form, opened by hand: nothing is there to see, and nothing is sent a second time.
            return RedirectResponse(home_of(request.state.visit.person), 303)
        words = str(error.detail) if isinstance(error, HTTPException) else _HEADINGS.get(error.status_code, "出错了")
        return await answer(request, error.status_code, words, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        names = "、".join(".".join(str(part) for part in mistake["loc"][1:]) for mistake in error.errors()[:5])
        return await answer(request, 422, f"这些参数不对：{names}", {})

    @app.exception_handler(NotAllowed)
    async def not_allowed(request: Request, error: NotAllowed) -> Response:
        # Whoever was let in to the move itself is refused for what they asked, not for who they are.
        status = 409 if getattr(request.state, "admitted", False) else 403
        if not is_form(request):
            return _answer(request, pages, status, str(error), {})
        link = error.link if isinstance(error, PointedOut) else ""
        refusal = Refused(words=str(error), link=link, kept=not isinstance(error, NotToBeKept))
        return await answer_refused(request, office, pages, status, refusal)

    @app.exception_handler(Stale)
    async def too_late(request: Request, _error: Stale) -> Response:
        return await answer(request, 409, "刚才有别的变更，没有办成；请看过现在的情况再按一次", {})

    @app.exception_handler(Unavailable)
    async def away(request: Request, error: Unavailable) -> Response:
        words = f"没有办成，请稍后重试：{error}" if is_form(request) else f"存储暂时不可用，请稍后重试：{error}"
        return await answer(request, 503, words, {"Retry-After": "5"})


def _answer(request: Request, pages: Pages, status: int, words: str, headers: dict[str, str]) -> Response:
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if wants_page and request.method == "GET":
        heading = _HEADINGS.get(status, "出错了")
        page: HTMLResponse = pages.html(
            "error.html", status=status, heading=heading, words=words, again=request.url.path
        )
        return page
    body = {"error": ERRORS.get(status, "error"), "message": words}
    return JSONResponse(body, status_code=status, headers=headers)
