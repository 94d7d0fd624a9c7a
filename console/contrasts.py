"""存疑对照: what posts of a concern say beside what was published otherwise. Two sentences to compare, no verdict."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console import wording
from console.admitting import needs
from console.marking import Piece, pieces
from console.office import ConsoleOffice
from console.rendering import Pages
from console.seeing import found_concern
from huiying.failures import Unavailable
from huiying.permission import Action
from huiying.post import Fate, Post, SourceKind

if TYPE_CHECKING:
    from consumers.judging.rumours import Contrast

_POSTS = 30
_SECONDS = 2.0
"""After so long no further post is begun, whatever one post takes; the page says how many were looked at."""

_AWAY = "帖文库暂时连不上，没有对照。恢复后重新打开本页再看。"
_NO_JUDGE = "本进程没有装载模型，不作对照。"
_DIFFERENCES = {
    "number": "数字不同",
    "negation": "一个肯定、一个否定",
    "denial": "公布的内容否认此说",
    "place": "地点不同",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastView:
    """A sentence of a post, the published one, and where each stands; both as marked and as plain words."""

    said: tuple[Piece, ...]
    said_words: str
    post: str
    posts: int
    published: tuple[Piece, ...]
    published_words: str
    title: str
    source: str
    when: str
    exact: str
    url: str | None
    article: str
    differences: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastsView:
    """The whole section; `note` says why nothing could be compared."""

    contrasts: tuple[ContrastView, ...]
    looked_at: int
    note: str


def contrast_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns/{id}/contrasts`: the section by itself, which a page asks for once it stands."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns/{concern}/contrasts", dependencies=needs(Action.VIEW_MATTERS))
    def contrasts(concern: str) -> HTMLResponse:
        return pages.html("_contrasts.html", contrasts=view_contrasts(office, concern))

    return routes


def view_contrasts(office: ConsoleOffice, concern: str, seconds: float = _SECONDS) -> ContrastsView:
    """The newest posts of a concern, as many as there is time for, beside what was published."""
    with office.register.reading() as tx:
        fates = tx.posts.of_concern(found_concern(tx, concern).id, limit=_POSTS)
    if office.insight.contrast is None:
        return ContrastsView(contrasts=(), looked_at=0, note=_NO_JUDGE)
    wanted = [
        fate.id
        for fate in fates
        if fate.fate is not Fate.NEAR_DUPLICATE and fate.source_kind is not SourceKind.OFFICIAL
    ]
    looked_at: list[Post] = []
    try:
        kept = office.archive.get(wanted)
        posts = [kept[post].post for post in wanted if post in kept]
        found = office.insight.contrast(_while_there_is_time(posts, looked_at, seconds))
    except Unavailable:
        return ContrastsView(contrasts=(), looked_at=0, note=_AWAY)
    now = office.clock.now()
    return ContrastsView(contrasts=tuple(_view(one, office, now) for one in found), looked_at=len(looked_at), note="")


def _while_there_is_time(posts: Sequence[Post], looked_at: list[Post], seconds: float) -> Iterator[Post]:
    ends = time.monotonic() + seconds
    for post in posts:
        if looked_at and time.monotonic() > ends:
            return
        looked_at.append(post)
        yield post


def _view(contrast: "Contrast", office: ConsoleOffice, now: datetime) -> ContrastView:
    article = contrast.article.post
    return ContrastView(
        said=pieces(contrast.said),
        said_words=contrast.said,
        post=contrast.posts[0],
        posts=len(contrast.posts),
        published=pieces(contrast.published),
        published_words=contrast.published,
        title=article.title,
        source=office.source_titles.get(article.source, article.source),
        when=wording.when(article.at, now),
        exact=wording.exact(article.at),
        url=article.url if article.url and article.url.startswith(("http://", "https://")) else None,
        article=article.id,
        differences="、".join(_DIFFERENCES[difference.value] for difference in contrast.differences),
    )
