"""The form to object, to ask for deletion and the like, and the page where one looks up what became of it.

Both are forms that are sent: a receipt number never stands in an address, where logs would keep it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from console.forms import Fields, read_fields
from console.public.limiting import Limit
from console.public.office import PublicOffice
from console.public.pages import PublicPages
from huiying.failures import Unavailable
from huiying.personal_request import PersonalRequest, Right
from responders.personal.receiving import (
    LONGEST_LINK,
    LONGEST_REASONS,
    LONGEST_REPLY,
    Asked,
    NotWritten,
    TooMany,
)

_FIELDS = ("right", "link", "reasons", "reply")
_TRAP = "website"
"""A field that people do not see: whoever fills it is a program, or a browser that fills in too much."""

_TOO_OFTEN = "您所在的网络一小时内提交的次数已满，请稍后再试，或按页尾的电话、地址联系"
_AWAY = "系统暂时不能受理，您写的都还在，请过一会儿再提交；急的请按页尾的电话联系"

Form = Annotated[Fields, Depends(read_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class AskView:
    """The form with what was written into it; `wrong` is the field of which something is `said`."""

    form: str
    values: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(_FIELDS, ""))
    said: str = ""
    wrong: str = ""
    rights: tuple[Right, ...] = tuple(Right)
    longest: Mapping[str, int] = field(
        default_factory=lambda: {"link": LONGEST_LINK, "reasons": LONGEST_REASONS, "reply": LONGEST_REPLY}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class StateView:
    """What became of a request, for whoever has its receipt."""

    request: PersonalRequest | None = None
    said: str = ""


def asking_routes(office: PublicOffice, pages: PublicPages) -> APIRouter:
    """`/ask` and `/state`."""
    routes = APIRouter()
    limits = office.rules.requests
    submissions = Limit(limits.submissions_per_hour, office.clock)
    lookups = Limit(limits.lookups_per_hour, office.clock)

    def again(form: Fields, said: str, wrong: str, status: int) -> HTMLResponse:
        values = {name: form[name] for name in _FIELDS}
        view = AskView(form=office.receiving.open_form(), values=values, said=said, wrong=wrong)
        return pages.html("ask.html", status, here="ask", view=view)

    @routes.get("/ask")
    def blank() -> HTMLResponse:
        return pages.html("ask.html", here="ask", view=AskView(form=office.receiving.open_form()))

    @routes.post("/ask")
    def ask(request: Request, form: Form) -> HTMLResponse:
        visitor = _address(request)
        if form[_TRAP]:
            return again(form, "没有受理：标明“请勿填写”的一栏要留空（可能是浏览器自动填的），请再提交一次", "", 422)
        if not submissions.has_room(visitor):
            return again(form, _TOO_OFTEN, "", 429)
        try:
            received = office.receiving.receive(Asked(**{name: form[name] for name in (*_FIELDS, "form")}))
        except NotWritten as refusal:
            return again(form, str(refusal), refusal.field, 422)
        except TooMany as refusal:
            return again(form, str(refusal), "", 429)
        except Unavailable:
            return again(form, _AWAY, "", 503)
        submissions.count(visitor)
        return pages.html("received.html", here="ask", received=received)

    @routes.get("/state")
    def blank_state() -> HTMLResponse:
        return pages.html("state.html", here="state", view=StateView())

    @routes.post("/state")
    def state(request: Request, form: Form) -> HTMLResponse:
        visitor = _address(request)
        if not lookups.has_room(visitor):
            return pages.html("state.html", 429, here="state", view=StateView(said=_TOO_OFTEN))
        lookups.count(visitor)
        found = office.receiving.look_up(form["receipt"])
        if found is None:
            said = "没有这个回执号，请照提交时页面上的原样填写（字母不分大小写，横线可以不写）"
            return pages.html("state.html", 404, here="state", view=StateView(said=said))
        return pages.html("state.html", here="state", view=StateView(request=found))

    return routes


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
