"""登录: signing in and out, one's own password and sessions, and what is said where nobody is signed in."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from console import wording
from console.acting import Acting, Visiting
from console.admitting import (
    COOKIE,
    CSRF_FIELD,
    MY_PAGE,
    MustChangePassword,
    NotSignedIn,
    anyone,
    signed_in,
)
from console.forms import Fields, read_fields, read_kept_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.starting import home_of, starting_routes
from huiying.entrance import Admission, csrf_of
from huiying.failures import NotAllowed

_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_FIRST = "本系统还没有账号。请管理员在服务器上运行：huiying users add"

Form = Annotated[Fields, Depends(read_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInView:
    """The page of signing in: where one goes next, and a form that was filled in meanwhile and is not lost."""

    next: str
    name: str = ""
    said: str = ""
    again: str = ""
    kept: str = ""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What the form had in it."""
        return tuple(pair for pair in parse_qsl(self.kept, max_num_fields=500) if pair[0] != CSRF_FIELD)


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRow:
    """One of one's own sessions."""

    id: str
    browser: str
    began: str
    seen: str
    ends: str
    this: bool


def signing_in_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/`, `/sign-in`, `/sign-out`, and `/me` with one's own password and sessions."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(starting_routes())
    _entering(routes, office, pages)
    _own_page(routes, office, pages)
    return routes


def local_address(text: str) -> str:
    """An address of this console, whatever was asked for: nobody is sent elsewhere after signing in."""
    return text if _HERE.fullmatch(text) else "/"


def answer_not_signed_in(app: FastAPI, office: ConsoleOffice, pages: Pages) -> None:
    """What is said to whoever is not signed in, or has yet to change their password."""

    @app.exception_handler(NotSignedIn)
    async def nobody(request: Request, _error: NotSignedIn) -> Response:
        page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
        if not page or "hx-request" in request.headers:
            return JSONResponse({"error": "unauthorized", "message": _nobody_words(office)}, 401)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method == "GET":
            return RedirectResponse(f"/sign-in?next={quote(here)}", 303)
        kept = (await request.body()).decode("utf-8", "replace")
        said = "登录已经结束，没有办成。您填的内容还在下面，登录后再提交一次即可"
        return pages.html("sign_in.html", 401, view=SignInView(next="/", said=said, again=here, kept=kept), demo=())

    @app.exception_handler(MustChangePassword)
    async def new_here(request: Request, _error: MustChangePassword) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(MY_PAGE, 303)
        return JSONResponse({"error": "forbidden", "message": "请先改掉管理员给的初始密码"}, 403)


def _nobody_words(office: ConsoleOffice) -> str:
    return "请先登录" if office.entrance.anybody_known() else _FIRST


def _entering(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    def page(view: SignInView, status: int = 200) -> HTMLResponse:
        if not office.entrance.anybody_known():
            return pages.html("first_run.html", 503)
        return pages.html("sign_in.html", status, view=view, demo=office.demo_people)

    @routes.get("/sign-in", dependencies=anyone())
    def ask(next: str = "/") -> HTMLResponse:
        return page(SignInView(next=local_address(next)))

    @routes.post("/sign-in", dependencies=anyone(), response_model=None)
    def enter(request: Request, form: Annotated[Fields, Depends(read_kept_fields)]) -> Response:
        view = SignInView(
            next=local_address(form["next"]),
            name=form["name"],
            again=local_address(form["again"]) if form["again"] else "",
            kept=form["kept"],
        )
        address = request.client.host if request.client else ""
        browser = request.headers.get("user-agent", "")
        try:
            admission = office.entrance.sign_in(form["name"], form["password"], browser=browser, address=address)
        except NotAllowed as refusal:
            refused = SignInView(next=view.next, name=view.name, said=str(refusal), again=view.again, kept=view.kept)
            return page(refused, 401)
        _leave_old_session(request, office)
        if view.again:
            return with_cookie(_kept_form(pages, view, admission), request, office, admission)
        home = home_of(admission.account.person) if view.next == "/" else view.next
        return with_cookie(RedirectResponse(home, 303), request, office, admission)

    @routes.post("/sign-out", dependencies=signed_in(), response_model=None)
    def leave(visit: Visiting) -> Response:
        office.entrance.sign_out(visit)
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer


def with_cookie(answer: Response, request: Request, office: ConsoleOffice, admission: Admission) -> Response:
    """An answer that leaves the session's token with the browser, out of reach of scripts and of other sites."""
    answer.set_cookie(
        COOKIE,
        admission.token,
        max_age=int(office.access.longest.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def _leave_old_session(request: Request, office: ConsoleOffice) -> None:
    visit = request.state.visit
    if visit is not None and getattr(visit, "session", None):
        office.entrance.sign_out(visit)


def _kept_form(pages: Pages, view: SignInView, admission: Admission) -> HTMLResponse:

    return pages.html("again.html", view=view, csrf_token=csrf_of(admission.token))


def _own_page(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    def page(visit: Visiting, said: str = "", status: int = 200) -> HTMLResponse:
        now = office.clock.now()
        rows = [
            SessionRow(
                id=session.id,
                browser=session.browser or "未知浏览器",
                began=wording.when(session.began_at, now),
                seen=wording.when(session.seen_at, now),
                ends=wording.when(session.ends_at, now),
                this=session.id == visit.session,
            )
            for session in office.entrance.sessions(visit.person)
        ]
        with office.register.reading() as tx:
            shortest = office.access.password.shortest
            return pages.html(
                "me.html", status, rows=rows, said=said, shortest=shortest, frame=frame(tx, office, "me")
            )

    @routes.get(MY_PAGE, dependencies=signed_in())
    def me(visit: Visiting) -> HTMLResponse:
        return page(visit)

    @routes.post(f"{MY_PAGE}/password", dependencies=signed_in(), response_model=None)
    def change_password(request: Request, form: Form, visit: Visiting) -> Response:
        browser = request.headers.get("user-agent", "")
        if form["new"] != form["repeated"]:
            return page(visit, "两次输入的新密码不一样，没有改", 409)
        try:
            admission = office.entrance.change_password(visit.person, form["old"], form["new"], browser=browser)
        except NotAllowed as refusal:
            return page(visit, str(refusal), 409)
        return with_cookie(RedirectResponse(home_of(visit.person), 303), request, office, admission)

    @routes.post(f"{MY_PAGE}/sessions/end", dependencies=signed_in())
    def end(form: Form, visit: Visiting, by: Acting) -> HTMLResponse:
        others = [one.id for one in office.entrance.sessions(by) if one.id != visit.session]
        chosen = [form["session"]] if form["session"] else others
        try:
            for session in chosen:
                office.entrance.end_session(by, session)
        except NotAllowed as refusal:
            return page(visit, str(refusal), 409)
        return page(visit, f"已结束 {len(chosen)} 处登录")
