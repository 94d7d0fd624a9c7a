"""What every form of the console is answered with: the page it stands on, and there what came of it.

A form that was refused, or sent when the session had ended, is kept for whoever filled it in, and the browser is sent
back (303) to the page where the form stands, which is filled in again (`console/refilling.py`). So a reload sends
nothing a second time, the way back leads to pages only, and nothing typed is lost.
"""

import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from console.addresses import home_of, local_address
from console.admitting import CSRF_FIELD, SAFE, STANDS_FIELD
from console.office import ConsoleOffice
from console.rendering import Pages
from console.standing import KEPT, address_of
from console.uploading import CHOOSE_AGAIN, fields_read, is_upload
from huiying.entrance import Visit
from huiying.failures import NotAllowed, Unavailable
from huiying.kept_form import KeptForm, Why
from huiying.person import Person
from huiying.secrecy import secrecy_marks

Pairs = tuple[tuple[str, str], ...]
"""The fields of a form, in their order."""

_FORM = "application/x-www-form-urlencoded"
_NEVER = frozenset({CSRF_FIELD, "password", "old", "new", "repeated", "hide"})
"""Secrets, and what is to be masked."""
_MOST_BYTES = 1_000_000
_MARKED = "。填写的内容有密级标志，没有保留"
_SIGNED_IN_AGAIN = "登录曾经结束，刚才没有办成。内容还在，看过后再提交一次"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Why a form was refused, where to go instead, and whether what stood in it may be kept."""

    words: str
    link: str = ""
    kept: bool = True


class PointedOut(NotAllowed):
    """Not allowed, and there is somewhere to go instead."""

    def __init__(self, words: str, link: str) -> None:
        super().__init__(words)
        self.link = link


def done(office: ConsoleOffice, by: Person, address: str, words: str, why: Why = Why.DONE) -> RedirectResponse:
    """Back to a page, which says what was done. It is done, whether or not that can be said."""
    form = KeptForm(
        id=_new_id(), person=by.id, why=why, action="", fields=(), kept_at=office.clock.now(), words=words
    )
    try:
        with office.register.transaction() as tx:
            tx.kept_forms.keep(form)
    except Unavailable:
        return RedirectResponse(address, 303)
    return _to(address, form.id)


def is_form(request: Request) -> bool:
    """Whether a browser sent this by itself, and will show whatever comes as a page."""
    return (
        request.method not in SAFE
        and "hx-request" not in request.headers
        and "text/html" in request.headers.get("accept", "")
        and not request.url.path.startswith("/api/")
    )


async def answer_refused(
    request: Request, office: ConsoleOffice, pages: Pages, status: int, refusal: Refused
) -> Response:
    """Back to the page of a form that was refused; where nothing can be kept, a page that bears the words itself."""
    request.state.refused = status
    sent = await fields_sent(request)
    words = refusal.words + (CHOOSE_AGAIN if is_upload(request) else "")
    fields = sent if refusal.kept else tuple(pair for pair in sent if pair[0] == STANDS_FIELD)
    visit = request.state.visit
    if not isinstance(visit, Visit):
        return page_of_its_own(request, pages, fields, status, words)
    try:
        return await run_in_threadpool(
            _keep,
            office,
            visit.person,
            action=request.url.path,
            stands=dict(fields).get(STANDS_FIELD, "") or address_of(request.scope),
            fields=without_own(fields),
            words=words,
            link=refusal.link,
        )
    except Unavailable:
        return page_of_its_own(request, pages, fields, status, words)


def keep_for_after(office: ConsoleOffice, by: Person, action: str, body: str) -> RedirectResponse:
    """Back to the page of a form that was sent when the session had ended, now that somebody is signed in."""
    pairs = _pairs(body)
    stands = dict(pairs).get(STANDS_FIELD, "")
    return _keep(office, by, action=action, stands=stands, fields=without_own(pairs), words=_SIGNED_IN_AGAIN)


async def fields_sent(request: Request) -> Pairs:
    """What stood in the form but for secrets and files; nothing where it is no form, or too long to keep."""
    if is_upload(request):
        return tuple(pair for pair in fields_read(request) if pair[0] not in _NEVER)
    if not request.headers.get("content-type", "").startswith(_FORM):
        return ()
    if int(request.headers.get("content-length", "0")) > _MOST_BYTES:
        return ()
    pairs = _pairs((await request.body()).decode("utf-8", "replace"))
    return tuple(pair for pair in pairs if pair[0] not in _NEVER)


def written_in(body: str) -> Pairs:
    """What stood in a form as it was sent, for whoever filled it in to read."""
    return tuple(pair for pair in without_own(_pairs(body)) if pair[1])


def typed_in(pairs: Pairs) -> Pairs:
    """The fields that may be kept: none of them where one bears a secrecy mark."""
    return () if any(secrecy_marks(value) for _, value in pairs) else without_own(pairs)


def _keep(  # noqa: PLR0913 - what is kept has so many parts
    office: ConsoleOffice, by: Person, *, action: str, stands: str, fields: Pairs, words: str, link: str = ""
) -> RedirectResponse:
    kept = typed_in(fields)
    form = KeptForm(
        id=_new_id(),
        person=by.id,
        why=Why.REFUSED,
        action=action,
        fields=kept,
        kept_at=office.clock.now(),
        words=words + _MARKED if fields and not kept else words,
        link=link,
    )
    with office.register.transaction() as tx:
        tx.kept_forms.keep(form)
    return _to(local_address(stands, otherwise=home_of(by)), form.id)


def page_of_its_own(request: Request, pages: Pages, fields: Pairs, status: int, words: str) -> Response:
    """A page that bears the words itself, where nothing can be kept."""
    stands = local_address(dict(fields).get(STANDS_FIELD, ""), otherwise="/")
    typed = without_own(fields)
    return pages.html("again.html", status, words=words, action=request.url.path, fields=typed, stands=stands)


def _to(address: str, id: str) -> RedirectResponse:
    bare = address.partition("#")[0]
    return RedirectResponse(f"{bare}{'&' if '?' in bare else '?'}{KEPT}={quote(id)}#{KEPT}", 303)


def _pairs(body: str) -> Pairs:
    try:
        return tuple(parse_qsl(body, keep_blank_values=True, max_num_fields=500))
    except ValueError:
        return ()


def without_own(pairs: Pairs) -> Pairs:
    """The fields of a form but for those that every form bears, and for secrets."""
    return tuple(pair for pair in pairs if pair[0] not in _NEVER and pair[0] != STANDS_FIELD)


def _new_id() -> str:
    return secrets.token_urlsafe(12)
