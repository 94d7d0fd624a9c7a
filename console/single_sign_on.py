"""单点登录: a browser goes to the office's provider and comes back as somebody whom the office knows.

It comes back from another site, so it bears only cookies that are not strict; and where it is sent on to, it bears
the strict one of its session only if a page of this console sends it there. Hence pages that go on by themselves.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.acting import Visiting
from console.addresses import home_of, local_address
from console.admitting import COOKIE, anyone, signed_in
from console.forms import Fields, read_kept_fields
from console.keeping import keep_for_after
from console.office import ConsoleOffice
from console.provider import BACK, Provider, Recognised, error_word
from console.rendering import Pages
from console.signing_in import (
    SignInView,
    address_of,
    leave_old_session,
    sign_in_page,
    with_cookie,
)
from huiying.audit import Outcome
from huiying.entrance import Visit
from huiying.failures import NotAllowed, Unavailable
from huiying.identity import Passage

_PASSING = "huiying-passage"
_LEAVING = "huiying-leaving"
_PASSING_SECONDS = 600
_LONGEST_COOKIE = 3500
"""A browser keeps some four thousand characters; a longer token is not kept, and the provider asks once more."""


def single_sign_on_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/sign-in/provider` there and back, and `/sign-out`."""
    routes = APIRouter(include_in_schema=False)
    _there_and_back(routes, office, pages)
    _continuing(routes, office, pages)
    _leaving(routes, office, pages)
    return routes


def _there_and_back(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    def turned_away(refusal: NotAllowed, status: int = 401) -> HTMLResponse:
        answer = pages.html("turned_away.html", status, words=str(refusal))
        answer.delete_cookie(_PASSING, path="/sign-in/provider", httponly=True, samesite="lax")
        return answer

    def away(request: Request, reason: Unavailable | NotAllowed, next: str) -> HTMLResponse:
        office.entrance.turn_away(str(reason), outcome=Outcome.FAILED, address=address_of(request))
        instead = (
            "可以先用账号密码登录" if office.policy.access.password.allowed else "请稍后再试，或请系统管理员检查"
        )
        return sign_in_page(office, pages, SignInView(next=next, said=f"{reason}。{instead}"), 503)

    @routes.get("/sign-in/provider", dependencies=anyone(), response_model=None)
    def go(request: Request, next: str = "/") -> Response:
        provider, wanted = _provider_of(office), local_address(next)
        try:
            provider.discovered()
        except (Unavailable, NotAllowed) as reason:
            return away(request, reason, wanted)
        leave_old_session(request, office)
        passage = office.entrance.set_out(wanted)
        answer = RedirectResponse(provider.way_in(passage), 303)
        answer.set_cookie(
            _PASSING,
            passage.token,
            max_age=_PASSING_SECONDS,
            path="/sign-in/provider",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    @routes.get(BACK, dependencies=anyone(), response_model=None)
    def back(request: Request) -> Response:
        provider, passage, next = _provider_of(office), Passage(token=request.cookies.get(_PASSING, "")), "/"
        try:
            next = office.entrance.come_back(passage, request.query_params.get("state", ""))
            found = _recognised(provider, passage, request)
        except NotAllowed as refusal:
            office.entrance.turn_away(str(refusal), address=address_of(request))
            return turned_away(refusal)
        except Unavailable as reason:
            return away(request, reason, next)
        browser = request.headers.get("user-agent", "")
        try:
            admission = office.entrance.sign_in_by(found.identity, browser=browser, address=address_of(request))
        except NotAllowed as refusal:
            return turned_away(refusal, 403)
        to = home_of(admission.account.person) if next == "/" else next
        answer = pages.html("passing.html", to=to, words="已登录，正在打开页面……")
        answer.delete_cookie(_PASSING, path="/sign-in/provider", httponly=True, samesite="lax")
        answer.set_cookie(
            _LEAVING,
            found.id_token if len(found.id_token) <= _LONGEST_COOKIE else "-",
            max_age=int(office.policy.access.longest.total_seconds()),
            path="/sign-out",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return with_cookie(answer, request, office, admission)


def _recognised(provider: Provider, passage: Passage, request: Request) -> Recognised:
    error = request.query_params.get("error")
    if error is not None:
        raise NotAllowed(f"{provider.called}没有让您通过{error_word(error)}，没有登录")
    return provider.recognise(passage, request.query_params)


def _continuing(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.post("/sign-in/again", dependencies=anyone(), response_model=None)
    def again(request: Request, form: Annotated[Fields, Depends(read_kept_fields)]) -> Response:
        """A form that was filled in before the session ended, and a new session begun beside it."""
        view = SignInView(next="/", again=local_address(form["again"]), kept=form["kept"])
        visit = request.state.visit
        if not isinstance(visit, Visit) or visit.csrf is None:
            said = "还没有登录，内容还在下面。请先登录，再继续"
            unchanged = SignInView(next="/", said=said, again=view.again, kept=view.kept)
            return sign_in_page(office, pages, unchanged, 401)
        return keep_for_after(office, visit.person, view.again, view.kept)


def _leaving(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.post("/sign-out", dependencies=signed_in(), response_model=None)
    def leave(request: Request, visit: Visiting) -> Response:
        office.entrance.sign_out(visit)
        answer = _way_out(request, office, pages) or RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        answer.delete_cookie(_LEAVING, path="/sign-out", httponly=True, samesite="strict")
        return answer


def _way_out(request: Request, office: ConsoleOffice, pages: Pages) -> Response | None:
    """For whoever came by the provider: on to where it forgets them, too."""
    kept = request.cookies.get(_LEAVING)
    if kept is None or office.provider is None:
        return None
    to = office.provider.way_out(kept if _TOKEN.fullmatch(kept) else None)
    if to is None:
        return None
    return pages.html("passing.html", to=to, words=f"已退出回应，正在退出{office.provider.called}……")


_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


def _provider_of(office: ConsoleOffice) -> Provider:
    if office.provider is None:
        raise HTTPException(404, "本单位没有设单点登录，请用账号密码登录")
    return office.provider
