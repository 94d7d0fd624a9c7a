"""Who is admitted to a route. Every route declares it, in one line:

    @routes.post("/tasks/send", dependencies=needs(Action.ASSIGN))

A move is in the audit before it is done, so that nothing is done that is not there; that it was refused is added
after.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qsl

import structlog
from fastapi import Depends, HTTPException, Request
from fastapi.params import Depends as Declared
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from console.addresses import MY_PAGE
from console.office import ConsoleOffice
from console.uploading import is_upload, read_upload, text_of
from huiying.account import API_TOKEN_BEGINS
from huiying.audit import Deed, Outcome, deed_of
from huiying.entrance import Entrance, Visit
from huiying.failures import HuiyingError, NotAllowed, Unavailable
from huiying.permission import ALLOWED, Action, able, must_be_able

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "huiying-session"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
STANDS_FIELD = "stands"
"""In every form: the address of the page that it stands on."""

_READ = "read-evidence"
_LONGEST_SUBJECT = 2_000
"""Who asks for a megabyte leaves no megabyte in the audit."""
_log = structlog.get_logger(__name__)


class NotSignedIn(HuiyingError):
    """Nobody is signed in, or no longer."""


class MustChangePassword(HuiyingError):
    """The password was given by an administrator; until it is changed nothing else is done."""


class Needs:
    """A route's declaration: the actions of which whoever asks must be able to do one; none: whoever is signed in."""

    def __init__(self, *actions: Action, kept_as: str = "") -> None:
        """`kept_as` is what it is called in the audit where it is no move, or a move of another name."""
        self.actions = actions
        self._kept_as = kept_as

    def __call__(self, request: Request) -> None:
        """Admit, or refuse and write that down."""
        visit = request.state.visit
        move = request.method not in SAFE
        if move and not self.actions and visit.person.only is not None:
            raise NotAllowed("账号自己的事由本人在页面上办，程序口令不能代办")
        try:
            action = self._admitted(visit)
        except NotAllowed as refusal:
            _write(request, visit, self.actions[0].value, Outcome.REFUSED, str(refusal))
            raise
        if action and (move or self._kept_as):
            request.state.deed = _write(request, visit, self._kept_as or action.value, Outcome.ADMITTED)
        request.state.admitted = move

    def _admitted(self, visit: Visit) -> Action | None:
        """The first of the actions that this visit may do; None where none is asked for."""
        action = next((action for action in self.actions if able(visit.person, action)), None)
        if self.actions and action is None:
            of_roles = (action for action in self.actions if visit.person.roles & ALLOWED[action])
            must_be_able(visit.person, next(of_roles, self.actions[0]))
        return action


class Anyone:
    """A route's declaration that nobody need be signed in."""

    def __call__(self) -> None:
        """Admit."""


def needs(*actions: Action) -> Sequence[Declared]:
    """Only who may do one of these somewhere; whether they may to the matter at hand is asked by the move itself."""
    return [Depends(Needs(*actions))]


def reads_evidence() -> Sequence[Declared]:
    """The same for a page or an answer with the words of posts; that they were read is in the audit."""
    return [Depends(Needs(Action.VIEW_MATTERS, kept_as=_READ))]


def exports() -> Sequence[Declared]:
    """The same for words of posts that leave the house; the route adds how many they were."""
    return [Depends(Needs(Action.EXPORT, kept_as=Action.EXPORT.value))]


def keeps(move: str) -> Sequence[Declared]:
    """For what whoever sees matters keeps for themselves; `move` is what it is called in the audit."""
    return [Depends(Needs(Action.VIEW_MATTERS, kept_as=move))]


def reads_personal_requests() -> Sequence[Declared]:
    """A page with what somebody of the public wrote about themselves; that it was read is in the audit, too."""
    return [Depends(Needs(Action.ANSWER_PERSONAL_REQUESTS, kept_as=_READ))]


def signed_in() -> Sequence[Declared]:
    """Whoever is signed in, whatever they may do."""
    return [Depends(Needs())]


def anyone() -> Sequence[Declared]:
    """Everybody."""
    return [Depends(Anyone())]


def declared(route: APIRoute) -> list[Needs | Anyone]:
    """What a route declares; exactly one thing."""
    return [one.dependency for one in route.dependencies if isinstance(one.dependency, Needs | Anyone)]


def present_at(connection: HTTPConnection, entrance: Entrance) -> Visit | None:
    """Who a request is from at this moment."""
    scheme, _, program = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and program.strip().startswith(API_TOKEN_BEGINS):
        return entrance.visit_of_program(program.strip())
    token = connection.cookies.get(COOKIE)
    return entrance.visit(token) if token else None


async def admit(request: Request) -> None:
    """Before every route: somebody is signed in, whose form is their own."""
    route = request.scope.get("route")
    if isinstance(route, APIRoute) and any(isinstance(one, Anyone) for one in declared(route)):
        return
    visit = request.state.visit
    if isinstance(visit, HuiyingError):
        raise visit
    if visit is None:
        raise NotSignedIn
    if visit.must_change_password and not request.url.path.startswith((MY_PAGE, "/sign-out")):
        raise MustChangePassword
    if request.method not in SAFE and visit.csrf is not None:
        await _must_be_own_form(request, visit.csrf)


async def _must_be_own_form(request: Request, csrf: str) -> None:
    given = request.headers.get(CSRF_HEADER, "") or await _field(request)
    if not secrets.compare_digest(given.encode(), csrf.encode()):
        raise HTTPException(403, "这个表单不是本次登录打开的，没有办理。请刷新页面再试")


async def _field(request: Request) -> str:
    if is_upload(request):
        return text_of(await read_upload(request), CSRF_FIELD)
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return ""
    try:
        pairs = parse_qsl((await request.body()).decode(), max_num_fields=500)
    except ValueError:
        return ""
    return dict(pairs).get(CSRF_FIELD, "")


def write_refusal(request_state: dict[str, Any], office: ConsoleOffice, status: int) -> None:
    """That a deed which was admitted was refused in the end, or went wrong.

    Where the register is away, which is what went wrong then, the row that it was admitted has to do.
    """
    deed = cast(Deed | None, request_state.get("deed"))
    if deed is None or status < 400:
        return
    outcome = Outcome.REFUSED if status < 500 else Outcome.FAILED
    try:
        with office.register.transaction() as tx:
            tx.audit.add(replace(deed, outcome=outcome, note=str(status)))
    except Unavailable as away:
        _log.warning("what became of an admitted deed is not in the audit", act=deed.act, reason=str(away))


def _write(request: Request, visit: Visit, act: str, outcome: Outcome, note: str = "") -> Deed:
    office = cast(ConsoleOffice, request.app.state.office)
    asked = f"?{request.url.query}" if request.method in SAFE and request.url.query else ""
    subject = (request.scope["path"] + asked)[:_LONGEST_SUBJECT]
    address = request.client.host if request.client else ""
    deed = deed_of(visit.person, act, subject, outcome, note=note, address=address)
    with office.register.transaction() as tx:
        tx.audit.add(deed)
    return deed
