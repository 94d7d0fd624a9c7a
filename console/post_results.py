"""Posts that a search finds, as they count: what people corrected is found where it belongs, and nowhere else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from console.excerpts import Corrected
from console.office import ConsoleOffice
from huiying.archive.archive import PostQuery
from huiying.correction import Judgement, as_corrected
from huiying.failures import Rejected
from huiying.post import ArchivedPost
from huiying.register.fates import PostFate
from huiying.register.register import Transaction

_SAID_AT_MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """Some posts found, with what people said of them and what became of them; `cursor` asks for those after them."""

    posts: tuple[ArchivedPost, ...]
    corrections: Corrected
    fates: Mapping[str, PostFate]
    cursor: str | None


def find_posts(tx: Transaction, office: ConsoleOffice, query: PostQuery, *, limit: int, cursor: str = "") -> Results:
    """A page of them, newest arrival first, before them what only counts here by a correction. `Rejected` where the
    cursor is none."""
    page = office.archive.search(query, limit=limit, cursor=cursor or None)
    hits = [hit.archived for hit in page.hits]
    if not cursor:
        hits = [*_said_to_be_so(tx, office, query), *hits]
    hits = list({archived.post.id: archived for archived in hits}.values())
    corrections = tx.corrections.of_posts(archived.post.id for archived in hits)
    counted = [hit for hit in hits if _counts_so(as_corrected(hit, corrections.get(hit.post.id, {})), query)]
    fates = tx.posts.fates(archived.post.id for archived in counted)
    return Results(posts=tuple(counted), corrections=corrections, fates=fates, cursor=page.cursor)


def all_posts(office: ConsoleOffice, query: PostQuery, *, at_once: int) -> Iterator[Results]:
    """Page after page; no transaction is held while whoever asks is slow to take them."""
    cursor, seen = "", set[str]()
    while True:
        with office.register.reading() as tx:
            results = find_posts(tx, office, query, limit=at_once, cursor=cursor)
        new = tuple(post for post in results.posts if post.post.id not in seen)
        if query.tone or query.bureau is not None:
            seen.update(post.post.id for post in new)
        yield replace(results, posts=new)
        if results.cursor is None:
            return
        cursor = results.cursor


def find_from(
    tx: Transaction, office: ConsoleOffice, query: PostQuery, *, limit: int, cursor: str
) -> tuple[Results, bool]:
    """The page at this place; where the place is no longer one, the first page, and False."""
    try:
        return find_posts(tx, office, query, limit=limit, cursor=cursor), True
    except Rejected:
        return find_posts(tx, office, query, limit=limit), False


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
    page = office.archive.search(replace(query, ids=tuple(among), tone=None, bureau=None), limit=_SAID_AT_MOST)
    return [hit.archived for hit in page.hits]


def _counts_so(counted: ArchivedPost, query: PostQuery) -> bool:
    """Whether a post is of the tone and the bureau asked for, as it counts."""
    assessment = counted.assessment
    return query.tone in (None, assessment.tone) and query.bureau in (None, assessment.lead or "")
