"""Where the page stands that a request asks for, and the form that is shown on it again."""

from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from huiying.kept_form import KeptForm

KEPT = "kept"
"""The parameter of an address that names a kept form; also where on the page its words stand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The address that a form of this page comes back to, and what is kept of an earlier one."""

    address: str
    kept: KeptForm | None = None
    shows_kept: bool = False


standing: ContextVar[Standing | None] = ContextVar("standing", default=None)
"""Of the request at hand. Every form bears it, whatever page it stands on; so it does not pass through every view."""


def present_address() -> str:
    """Where the page of this request stands."""
    here = standing.get()
    return here.address if here else ""


def kept_here() -> KeptForm | None:
    """The form that is shown again on this page."""
    here = standing.get()
    return here.kept if here else None


def kept_is_shown() -> bool:
    """Whether the page of this request, or the one that a part is asked for by, shows a kept form."""
    here = standing.get()
    return bool(here and here.shows_kept)


def address_of(scope: Scope) -> str:
    """Where the page stands on which the forms of this answer will be: for a part of a page, that page."""
    headers = Headers(scope=scope)
    if scope["method"] == "GET" and "hx-request" not in headers:
        path: bytes = scope["raw_path"]
        return plain_address(path.decode("latin-1"), scope["query_string"].decode("latin-1"))
    shown = urlsplit(headers.get("hx-current-url") or headers.get("referer", ""))
    return plain_address(shown.path, shown.query) if shown.netloc == headers.get("host") else ""


def shows_kept(headers: Headers, kept: KeptForm | None) -> bool:
    """Whether a kept form is on the page, or on the page that asks for a part of itself."""
    asking = urlsplit(headers.get("hx-current-url", "")).query
    return kept is not None or KEPT in dict(parse_qsl(asking))


def plain_address(path: str, query: str) -> str:
    """An address without the form that was shown there."""
    rest = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != KEPT]
    return f"{path}?{urlencode(rest)}" if rest else path


def kept_id_of(scope: Scope) -> str:
    """The kept form that an address asks for; empty where it asks for none."""
    if scope["method"] != "GET" or not scope["query_string"]:
        return ""
    query: bytes = scope["query_string"]
    return dict(parse_qsl(query.decode("latin-1"))).get(KEPT, "")
