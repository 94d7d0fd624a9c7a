"""Representative posts of a concern: masked, deciding words marked, the matter and never the speaker.

What a person corrected of a post is shown as it counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.corrections import Said, standing_in_order
from console.marking import Piece, pieces
from console.office import ConsoleOffice
from huiying.correction import Correction, Judgement, as_corrected
from huiying.failures import Unavailable
from huiying.post import ArchivedPost, Fate
from huiying.register.fates import PostFate
from huiying.register.register import Transaction

_LOOKED_AT = 60

Corrected = Mapping[str, Mapping[Judgement, Correction]]
"""The corrections that stand, by post."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Excerpt:
    """One post for the screen: where it was said, when, its words in pieces, and its link."""

    post: str
    kind: str
    source: str
    when: str
    exact: str
    title: str
    pieces: tuple[Piece, ...]
    wants: str
    tone: str
    bureau: str
    said: tuple[Said, ...]
    url: str | None
    key: str


def representative(
    tx: Transaction, concern: str, office: ConsoleOffice, now: datetime, count: int
) -> tuple[Excerpt, ...]:
    """Some posts that are not copies of each other, of as many kinds of source as there are, oldest first.

    None while the archive is away: what is to be done does not wait for the words, and the page's head says so.
    """
    fates = [fate for fate in tx.posts.of_concern(concern, limit=_LOOKED_AT) if fate.fate is not Fate.NEAR_DUPLICATE]
    chosen = sorted(_varied(fates, count), key=lambda fate: fate.at)
    try:
        archived = office.archive.get([fate.id for fate in chosen])
    except Unavailable:
        return ()
    posts = [archived[fate.id] for fate in chosen if fate.id in archived]
    return excerpts(posts, office, now, tx.corrections.of_posts(archived))


def excerpts(
    posts: Sequence[ArchivedPost], office: ConsoleOffice, now: datetime, corrections: Corrected
) -> tuple[Excerpt, ...]:
    """Posts for the screen, in the order given, the words that decided about each marked."""
    deciding = office.insight.explain(posts) if office.insight.explain and posts else [()] * len(posts)
    return tuple(
        _excerpt(post, words, office, now, corrections.get(post.post.id, {}))
        for post, words in zip(posts, deciding, strict=True)
    )


def plain_excerpts(
    posts: Sequence[ArchivedPost], office: ConsoleOffice, now: datetime, corrections: Corrected
) -> tuple[Excerpt, ...]:
    """Posts for a long list, in the order given; nothing is marked, because explaining each would take its time."""
    return tuple(_excerpt(post, (), office, now, corrections.get(post.post.id, {})) for post in posts)


def _varied(fates: Sequence[PostFate], count: int) -> list[PostFate]:
    by_kind: dict[str, list[PostFate]] = {}
    for fate in fates:
        by_kind.setdefault(fate.source_kind, []).append(fate)
    chosen: list[PostFate] = []
    while len(chosen) < count and any(by_kind.values()):
        for waiting in by_kind.values():
            if waiting and len(chosen) < count:
                chosen.append(waiting.pop())
    return chosen


def _excerpt(
    archived: ArchivedPost,
    deciding: tuple[str, ...],
    office: ConsoleOffice,
    now: datetime,
    standing: Mapping[Judgement, Correction],
) -> Excerpt:
    post, counted = archived.post, as_corrected(archived, standing).assessment
    return Excerpt(
        post=post.id,
        kind=wording.SOURCE_KINDS[post.source_kind],
        source=office.source_titles.get(post.source, post.source),
        when=wording.when(post.at, now),
        exact=wording.exact(post.at),
        title=post.title,
        pieces=pieces(post.text or post.title, deciding),
        wants=counted.kind.value,
        tone=wording.TONES[counted.tone],
        bureau=office.bureau(counted.lead),
        said=standing_in_order(standing, office, now),
        url=post.url if post.url and post.url.startswith(("http://", "https://")) else None,
        key=post.original_sha256[:12],
    )
