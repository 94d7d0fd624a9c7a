"""登录: signing in by password, one's own password and sessions, and what is said where nobody is signed in."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from console import wording
from console.acting import Acting, Visiting
from console.addresses import MY_PAGE, home_of, local_address
from console.admitting import COOKIE, MustChangePassword, NotSignedIn, anyone, signed_in
from console.forms import Fields, read_fields, read_kept_fields
from console.keeping import done, fields_sent, keep_for_after, written_in
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.standing import address_of as page_of
from console.uploading import is_upload
from huiying.entrance import Admission
from huiying.failures import NotAllowed

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
        """What was typed into the form."""
        return written_in(self.kept)


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
    """`/sign-in`, and `/me` with one's own password and sessions."""
    routes = APIRouter(include_in_schema=False)
    _entering(routes, office, pages)
    _own_page(routes, office, pages)
    return routes


def answer_not_signed_in(app: FastAPI, office: ConsoleOffice, pages: Pages) -> None:
    """What is said to whoever is not signed in, or has yet to change their password."""

    @app.exception_handler(NotSignedIn)
    async def nobody(request: Request, _error: NotSignedIn) -> Response:
        page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
        if not page or "hx-request" in request.headers:
            return JSONResponse({"error": "unauthorized", "message": _nobody_words(office)}, 401)
        if request.method == "GET":
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(here)}", 303)
        if is_upload(request):
            view = SignInView(
                next=local_address(page_of(request.scope)), said="登录已经结束，文件没有附上。登录后请重新选定"
            )
            return sign_in_page(office, pages, view, 401)
        kept = urlencode(await fields_sent(request))
        said = "登录已经结束，没有办成。您填的内容还在下面，登录后回到原来的页面再提交一次即可"
        view = SignInView(next="/", said=said, again=request.url.path, kept=kept)
        return sign_in_page(office, pages, view, 401)

    @app.exception_handler(MustChangePassword)
    async def new_here(request: Request, _error: MustChangePassword) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(MY_PAGE, 303)
        return JSONResponse({"error": "forbidden", "message": "请先改掉管理员给的初始密码"}, 403)


def sign_in_page(office: ConsoleOffice, pages: Pages, view: SignInView, status: int) -> HTMLResponse:
    """Where one signs in, by each way that the office has; before the first account, how to make it."""
    if not office.entrance.anybody_known():
        return pages.html("first_run.html", 503)
    return pages.html(
        "sign_in.html",
        status,
        view=view,
        demo=() if view.again else office.demo_people,
        provider=office.provider.called if office.provider else "",
        passwords=office.policy.access.password.allowed,
    )


def _nobody_words(office: ConsoleOffice) -> str:
    return "请先登录" if office.entrance.anybody_known() else _FIRST


def _entering(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    def page(view: SignInView, status: int = 200) -> HTMLResponse:
        return sign_in_page(office, pages, view, status)

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
        browser, address = request.headers.get("user-agent", ""), address_of(request)
        try:
            admission = office.entrance.sign_in(form["name"], form["password"], browser=browser, address=address)
        except NotAllowed as refusal:
            refused = SignInView(next=view.next, name=view.name, said=str(refusal), again=view.again, kept=view.kept)
            return page(refused, 401)
        leave_old_session(request, office)
        if view.again:
            back = keep_for_after(office, admission.account.person, view.again, view.kept)
            return with_cookie(back, request, office, admission)
        home = home_of(admission.account.person) if view.next == "/" else view.next
        return with_cookie(RedirectResponse(home, 303), request, office, admission)


def with_cookie(answer: Response, request: Request, office: ConsoleOffice, admission: Admission) -> Response:
    """An answer that leaves the session's token with the browser, out of reach of scripts and of other sites."""
    answer.set_cookie(
        COOKIE,
        admission.token,
        max_age=int(office.policy.access.longest.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def address_of(request: Request) -> str:
    """Where a request comes from, for the audit."""
    return request.client.host if request.client else ""


def leave_old_session(request: Request, office: ConsoleOffice) -> None:
    """Whoever signs in is no longer signed in as before."""
    visit = request.state.visit
    if visit is not None and getattr(visit, "session", None):
        office.entrance.sign_out(visit)


def _own_page(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get(MY_PAGE, dependencies=signed_in())
    def page(visit: Visiting) -> HTMLResponse:
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
            shortest = office.policy.access.password.shortest
            return pages.html(
                "me.html",
                rows=rows,
                shortest=shortest,
                passwords=office.policy.access.password.allowed,
                frame=frame(tx, office, "me"),
            )

    @routes.post(f"{MY_PAGE}/password", dependencies=signed_in(), response_model=None)
    def change_password(request: Request, form: Form, visit: Visiting) -> Response:
        browser = request.headers.get("user-agent", "")
        if form["new"] != form["repeated"]:
            raise NotAllowed("两次输入的新密码不一样，没有改")
        admission = office.entrance.change_password(visit.person, form["old"], form["new"], browser=browser)
        return with_cookie(RedirectResponse(home_of(visit.person), 303), request, office, admission)

    @routes.post(f"{MY_PAGE}/sessions/end", dependencies=signed_in())
    def end(form: Form, visit: Visiting, by: Acting) -> RedirectResponse:
        others = [one.id for one in office.entrance.sessions(by) if one.id != visit.session]
        chosen = [form["session"]] if form["session"] else others
        for session in chosen:
            office.entrance.end_session(by, session)
        return done(office, by, MY_PAGE, f"已结束 {len(chosen)} 处登录")
