"""The public page as one web application: rules of processing, requests, the column 回应关切. Nobody signs in."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from console.public.asking import asking_routes
from console.public.column import column_routes
from console.public.guarding import PublicGuard
from console.public.office import PublicOffice
from console.public.pages import STATIC, PublicPages
from console.public.stating import stating_routes
from huiying.failures import Unavailable

_HEADINGS = {
    404: ("没有这一页", "请核对地址，或从上面的栏目进入。"),
    405: ("这里不能这样请求", "请从页面上的表单提交。"),
    413: ("内容过长", "没有受理。请压缩后再提交。"),
    422: ("请求读不懂", "请从页面上的表单提交。"),
    503: ("暂时不能办理", "系统正在恢复，请稍后再试；急的请按页尾的电话联系。"),
}


def create_public_app(office: PublicOffice) -> FastAPI:
    """The page of this office for the public, ready for uvicorn."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages = PublicPages(office)
    app.include_router(stating_routes(office, pages))
    app.include_router(asking_routes(office, pages))
    app.include_router(column_routes(office, pages))

    @app.get("/healthz")
    def healthy() -> JSONResponse:
        return JSONResponse({"ok": True})

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _answer_errors(app, pages)
    app.add_middleware(PublicGuard, hosts=tuple(office.hosts))
    return app


def _answer_errors(app: FastAPI, pages: PublicPages) -> None:
    def page(status: int) -> HTMLResponse:
        heading, words = _HEADINGS.get(status, ("出错了", "请稍后再试。"))
        return pages.html("error.html", status, heading=heading, words=words)

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Response:
        return page(error.status_code)

    @app.exception_handler(RequestValidationError)
    async def unreadable(_request: Request, _error: RequestValidationError) -> Response:
        return page(422)

    @app.exception_handler(Unavailable)
    async def away(_request: Request, _error: Unavailable) -> Response:
        return page(503)
