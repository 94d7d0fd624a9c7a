"""检索: matters by number or title, and posts by their words, time, source, tone, bureau, duty, matter or fate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.admitting import needs, reads_evidence
from console.concern_list import ConcernRow, found_concerns
from console.excerpts import Excerpt, plain_excerpts
from console.marking import Piece, found_pieces
from console.office import ConsoleOffice
from console.post_export import export_routes
from console.post_facets import FacetsView, view_facets
from console.post_query import NO_BUREAU, Asked, AskedPosts, Meant, query_of
from console.post_results import Results, find_from
from console.rendering import Pages, frame
from console.saved_views import Filters, view_bar
from console.search_words import read_search_words
from console.seeing import must_see_concern
from huiying.archive.words import asked_for
from huiying.concern import Concern
from huiying.failures import NotAllowed, Unavailable
from huiying.permission import Action
from huiying.register.register import Transaction
from huiying.saved_view import ListPage

_PAGE = 50
_CONCERNS = 5
_NUMBER = re.compile(r"(?:(20\d\d)-)?(\d{1,6})", re.ASCII)
_FIELDS = {
    "since": "起日",
    "until": "止日",
    "source": "信源",
    "kind": "信源类别",
    "tone": "语气",
    "bureau": "责任单位",
    "duty": "职责事项",
    "concern": "事项",
    "fate": "去向",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One post found, what was asked for marked in it, with what became of it."""

    excerpt: Excerpt
    title: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    concern: str | None
    fate: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowing:
    """A filter that is on, and the address without it."""

    name: str
    words: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostsView:
    """The whole page. `found` is None while the archive is away, `facets` also on later pages."""

    asked: Asked
    narrowed: tuple[Narrowing, ...]
    looser: tuple[tuple[str, str], ...]
    concerns: tuple[ConcernRow, ...]
    found: tuple[Found, ...] | None
    facets: FacetsView | None
    older: str | None
    said: tuple[str, ...]
    exports: tuple[tuple[str, str], ...]
    exported_at_most: int


def post_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/posts` with its exports, and `/search`, where the search field of every page leads."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(export_routes(office))

    @routes.get("/posts", dependencies=reads_evidence())
    def posts(asked: AskedPosts, filters: Filters) -> HTMLResponse:
        with office.register.reading() as tx:
            return pages.html(
                "posts.html",
                posts=view_posts(tx, office, asked),
                choices=_choices(office),
                views=view_bar(tx, office, ListPage.POSTS, filters),
                frame=frame(tx, office, "posts"),
            )

    @routes.get("/search", dependencies=needs(Action.VIEW_MATTERS))
    def search(asked: AskedPosts) -> RedirectResponse:
        with office.register.reading() as tx:
            concern = _numbered(tx, office, asked.words)
        return RedirectResponse(f"/concerns/{concern.id}" if concern else Asked(words=asked.words).address(), 303)

    return routes


def view_posts(tx: Transaction, office: ConsoleOffice, asked: Asked) -> PostsView:
    """What is found, the counts beside it, and what might be loosened where nothing is."""
    meant = query_of(tx, office, asked)
    said, found, facets, older = list(meant.said), None, None, None
    try:
        results, there = find_from(tx, office, meant.query, limit=_PAGE, cursor=asked.cursor)
        found = _found(office, results, meant)
        older = asked.address(cursor=results.cursor) if results.cursor else None
        if not there:
            said.append("翻页的位置已经失效，从头列起")
        if found and not asked.cursor:
            facets = view_facets(office, meant.query, asked)
    except Unavailable:
        said.append("帖文库暂时连不上，帖文检索不了；上方的事项来自台账，照常可查。请稍后刷新")
    narrowed = _narrowed(office, asked)
    return PostsView(
        asked=asked,
        narrowed=tuple(narrowed),
        looser=() if found or asked.cursor else tuple(_looser(asked, narrowed)),
        concerns=_concerns(tx, office, asked),
        found=found,
        facets=facets,
        older=older,
        said=tuple(said),
        exports=tuple((kind, asked.address(f"/posts.{kind}")) for kind in ("xlsx", "csv")),
        exported_at_most=office.policy.search.export_rows,
    )


def _found(office: ConsoleOffice, results: Results, meant: Meant) -> tuple[Found, ...]:
    excerpts = plain_excerpts(results.posts, office, office.clock.now(), results.corrections)
    wanted = asked_for(meant.query)
    return tuple(
        Found(
            excerpt=excerpt,
            title=found_pieces(archived.post.title, wanted),
            pieces=found_pieces(archived.post.text or archived.post.title, wanted),
            concern=fate.concern if fate else None,
            fate=wording.FATES[fate.fate] if fate else "处理中",
        )
        for archived, excerpt in zip(results.posts, excerpts, strict=True)
        for fate in [results.fates.get(excerpt.post)]
    )


def _concerns(tx: Transaction, office: ConsoleOffice, asked: Asked) -> tuple[ConcernRow, ...]:
    """The matters of these words, before the posts; not where posts of one matter are asked for, nor further on."""
    words = read_search_words(asked.words).wanted
    if not words or asked.concern or asked.cursor:
        return ()
    return found_concerns(tx, office, words, limit=_CONCERNS)


def _numbered(tx: Transaction, office: ConsoleOffice, words: str) -> Concern | None:
    """The matter of this number, of this year where none is said, as far as whoever asks may see it."""
    number = _NUMBER.fullmatch(words)
    if number is None:
        return None
    found = tx.concerns.numbered(f"{number[1] or wording.beijing(office.clock.now()).year}-{number[2]}")
    if found is None:
        return None
    try:
        must_see_concern(tx, found)
    except NotAllowed:
        return None
    return found


def _narrowed(office: ConsoleOffice, asked: Asked) -> list[Narrowing]:
    said = {name: dict(choices) for name, choices in _choices(office).items()}
    return [
        Narrowing(name=_FIELDS[name], words=said.get(name, {}).get(value, value), href=asked.address(**{name: ""}))
        for name, value in asked.filters.items()
    ]


def _looser(asked: Asked, narrowed: Sequence[Narrowing]) -> list[tuple[str, str]]:
    """What could be taken off a search that finds nothing, and the address without it."""
    typed = read_search_words(asked.words)
    looser = list[tuple[str, str]]()
    if typed.without:
        kept = " ".join([typed.words, *(f"“{phrase}”" for phrase in typed.phrases)]).strip()
        looser.append((f"不再排除“{'、'.join(typed.without)}”", asked.address(words=kept)))
    if typed.phrases:
        looser.append(("去掉引号，不必连在一起", asked.address(words=typed.wanted)))
    elif len(parts := typed.words.split()) > 1:
        looser.append((f"去掉词“{parts[-1]}”", asked.address(words=" ".join(parts[:-1]))))
    return looser + [(f"去掉{each.name}“{each.words}”", each.href) for each in narrowed]


def _choices(office: ConsoleOffice) -> dict[str, Sequence[tuple[str, str]]]:
    """What each field may be set to, as the address and as the form says it."""
    return {
        "source": [(source.name, source.title) for source in office.policy.sources],
        "kind": [(kind.value, words) for kind, words in wording.SOURCE_KINDS.items()],
        "tone": [(tone.value, words) for tone, words in wording.TONES.items()],
        "bureau": [*((bureau.id, bureau.name) for bureau in office.policy.bureaus), (NO_BUREAU, NO_BUREAU)],
        "duty": [(str(duty.number), f"{duty.number} {duty.title}") for duty in office.policy.duties],
        "fate": [(fate.value, words) for fate, words in wording.FATES.items()],
    }
