"""The column 回应关切: what passed its three gates and stands on the website, from the records of its publication.

Articles are the files that the website's adapter wrote (`responders/channels/website.py`), shown only where they are
byte for byte what was released; where the website has its own, the column links to them.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from console.public.office import PublicOffice
from console.public.pages import PublicPages
from console.wording import beijing
from huiying.publication import Channel, Published
from responders.channels.website import STYLE, article_name, publication_called

_PAGE = 50
_MOST_PAGES = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnLine:
    """One answer of the column."""

    title: str
    part: str
    day: str
    link: str
    elsewhere: bool


def column_routes(office: PublicOffice, pages: PublicPages) -> APIRouter:
    """`/answers`, laid out like the adapter's own folder, so that the links inside its files hold."""
    routes = APIRouter()

    @routes.get("/answers")
    def column(page: int = 1) -> HTMLResponse:
        number = min(max(page, 1), _MOST_PAGES)
        with office.register.reading() as tx:
            found = tx.publications.public(Channel.WEBSITE, _PAGE + 1, (number - 1) * _PAGE)
        lines = tuple(_line(office, each) for each in found[:_PAGE])
        return pages.html("answers.html", here="answers", lines=lines, page=number, more=len(found) > _PAGE)

    @routes.get("/answers/", include_in_schema=False)
    @routes.get("/answers/index.html", include_in_schema=False)
    def index() -> RedirectResponse:
        return RedirectResponse("/answers", 301)

    @routes.get(f"/answers/{STYLE.name}")
    def style() -> FileResponse:
        return FileResponse(STYLE, media_type="text/css")

    @routes.get("/answers/{name}.html", response_model=None)
    def article(name: str) -> Response:
        with office.register.reading() as tx:
            found = tx.publications.get(publication_called(name))
        if found is None or found.publication.channel is not Channel.WEBSITE or found.delivery is None:
            raise HTTPException(404)
        if found.withdrawal:
            reasons = f"本文已撤下：{found.withdrawal.reasons}"
            return pages.html("error.html", 410, heading=found.publication.title, words=reasons)
        content = _article(office, found)
        if content is None:
            raise HTTPException(404)
        return HTMLResponse(content)

    return routes


def _line(office: PublicOffice, published: Published) -> ColumnLine:
    publication, delivery = published.publication, published.delivery
    here = _article(office, published) is not None
    local = beijing(publication.by.at)
    return ColumnLine(
        title=publication.title,
        part=publication.part.label,
        day=f"{local.year}年{local.month}月{local.day}日",
        link=f"/answers/{article_name(publication)}.html" if here else (delivery and delivery.link) or "",
        elsewhere=not here,
    )


def _article(office: PublicOffice, published: Published) -> bytes | None:
    """The article as it was released; None where it is not here, or not the same any more."""
    if office.articles is None or published.delivery is None:
        return None
    path: Path = office.articles / f"{article_name(published.publication)}.html"
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == published.delivery.sha256 else None
