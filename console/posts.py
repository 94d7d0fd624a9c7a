"""检索: posts by their words, source kind, tone, bureau or concern."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from console import wording
from console.admitting import reads_evidence
from console.excerpts import Excerpt, plain_excerpts
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.seeing import shown_matters
from huiying.archive.archive import PostQuery
from huiying.clock import BEIJING
from huiying.correction import Judgement, as_corrected
from huiying.failures import Rejected
from huiying.post import ArchivedPost, SourceKind, Tone
from huiying.register.register import Transaction

_PAGE = 50
_OF_CONCERN = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One post found, with what became of it."""

    excerpt: Excerpt
    concern: str | None
    fate: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostsView:
    """The search form as it was sent and what was found."""

    words: str
    kind: str
    tone: str
    bureau: str
    concern: str
    narrowed: tuple[tuple[str, str], ...]
    found: tuple[Found, ...]
    older: str | None
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the search form sends."""

    words: str
    kind: str
    tone: str
    bureau: str
    concern: str
    duty: str
    since: str
    until: str
    cursor: str


def post_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/posts`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/posts", dependencies=reads_evidence())
    def posts(  # noqa: PLR0913, PLR0917 - one parameter per field of the form
        words: Annotated[str, Query(max_length=200)] = "",
        kind: str = "",
        tone: str = "",
        bureau: str = "",
        concern: str = "",
        duty: str = "",
        since: str = "",
        until: str = "",
        cursor: str = "",
    ) -> HTMLResponse:
        asked = Asked(
            words=words.strip(),
            kind=kind,
            tone=tone,
            bureau=bureau,
            concern=concern,
            duty=duty,
            since=since,
            until=until,
            cursor=cursor,
        )
        with office.register.reading() as tx:
            return pages.html(
                "posts.html",
                posts=_search(tx, office, asked),
                kinds=wording.SOURCE_KINDS,
                tones=wording.TONES,
                bureaus=office.bureaus,
                frame=frame(tx, office, "posts"),
            )

    return routes


def _search(tx: Transaction, office: ConsoleOffice, asked: Asked) -> PostsView:
    last = _day(asked.until)
    query = PostQuery(
        words=asked.words,
        ids=_ids_of_concern(tx, asked.concern) if asked.concern else None,
        source_kind=SourceKind(asked.kind) if asked.kind in set(SourceKind) else None,
        tone=Tone(asked.tone) if asked.tone in set(Tone) else None,
        bureau="" if asked.bureau == wording.NO_BUREAU else asked.bureau or None,
        duty=int(asked.duty) if asked.duty.isdecimal() else None,
        since=_day(asked.since),
        until=last + timedelta(days=1) if last else None,
    )
    cut = asked.concern and len(query.ids or ()) >= _OF_CONCERN
    said = f"本事项帖文较多，只在最新的 {_OF_CONCERN} 条里找" if cut else ""
    try:
        page = office.archive.search(query, limit=_PAGE, cursor=asked.cursor or None)
    except Rejected:
        said = "翻页的位置已经失效，从头列起"
        page = office.archive.search(query, limit=_PAGE)
    hits = [hit.archived for hit in page.hits]
    if not asked.cursor:
        hits = [*_said_to_be_so(tx, office, query), *hits]
    hits = list({archived.post.id: archived for archived in hits}.values())
    corrections = tx.corrections.of_posts(archived.post.id for archived in hits)
    hits = [hit for hit in hits if _counts_so(as_corrected(hit, corrections.get(hit.post.id, {})), query)]
    fates = tx.posts.fates(archived.post.id for archived in hits)
    shown = shown_matters(tx)
    if shown is not None:
        hits = [hit for hit in hits if hit.post.id in fates and fates[hit.post.id].concern in shown]
        said = said or "只列本单位事项的帖文"
    excerpts = plain_excerpts(hits, office, office.clock.now(), corrections)
    found = [
        Found(
            excerpt=excerpt,
            concern=fate.concern if fate else None,
            fate=wording.FATES[fate.fate] if fate else "处理中",
        )
        for excerpt in excerpts
        for fate in [fates.get(excerpt.post)]
    ]
    return PostsView(
        words=asked.words,
        kind=asked.kind,
        tone=asked.tone,
        bureau=asked.bureau,
        concern=asked.concern,
        narrowed=tuple((name, value) for name in ("duty", "since", "until") if (value := getattr(asked, name))),
        found=tuple(found),
        older=f"/posts?{urlencode({**_filters(asked), 'cursor': page.cursor})}" if page.cursor else None,
        said=said,
    )


def _said_to_be_so(tx: Transaction, office: ConsoleOffice, query: PostQuery) -> list[ArchivedPost]:
    """Posts that the archive knows otherwise, and people corrected to what is asked for."""
    said: list[str] = []
    if query.tone:
        said += tx.corrections.posts_said(Judgement.TONE, (query.tone.value,))
    if query.bureau:
        said += tx.corrections.posts_said(Judgement.LEAD, (query.bureau,))
    among = [post for post in dict.fromkeys(said) if query.ids is None or post in query.ids]
    if not among:
        return []
    page = office.archive.search(replace(query, ids=tuple(among), tone=None, bureau=None), limit=_PAGE)
    return [hit.archived for hit in page.hits]


def _counts_so(counted: ArchivedPost, query: PostQuery) -> bool:
    """Whether a post is of the tone and the bureau asked for, as it counts."""
    assessment = counted.assessment
    return query.tone in (None, assessment.tone) and query.bureau in (None, assessment.lead or "")


def _filters(asked: Asked) -> dict[str, str]:
    return {name: value for name, value in asdict(asked).items() if value and name != "cursor"}


def _day(value: str) -> datetime | None:
    """The beginning of a day of Beijing; None where the address has none that can be read."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _ids_of_concern(tx: Transaction, concern: str) -> tuple[str, ...]:
    return tuple(fate.id for fate in tx.posts.of_concern(concern, limit=_OF_CONCERN))
