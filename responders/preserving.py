"""Preserving: what was said is fixed as evidence when an alert is raised, and as later posts join.

Masked words, the SHA-256 of the original, link and times; never a page. It stays when the schedule deletes the posts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from huiying.alert import AlertState
from huiying.clock import Clock
from huiying.evidence import KeptPost
from huiying.messages import AlertRaised, ConcernChanged, Message
from huiying.post import ArchivedPost
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome

PostsById = Callable[[Sequence[str]], Mapping[str, ArchivedPost]]
"""The posts of these ids that the archive holds."""


class Preserving:
    """The stage that keeps the posts of every concern with an open alert, so many per concern."""

    name = "preserving"
    reads: tuple[type[Message], ...] = (AlertRaised, ConcernChanged)

    def __init__(self, register: Register, posts: PostsById, clock: Clock, most: int) -> None:
        self._register = register
        self._posts = posts
        self._clock = clock
        self._most = most

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Keep what these concerns have that is not kept yet."""
        about = (message.concern for message in batch if isinstance(message, AlertRaised | ConcernChanged))
        self.keep(concern for concern in about if concern)
        return [Done() for _ in batch]

    def keep(self, concern_ids: Iterable[str]) -> None:
        """Keep the posts of those of these concerns whose alert is open. `Unavailable` while the archive is away."""
        with self._register.reading() as asking:
            missing = self._missing(asking, list(dict.fromkeys(concern_ids)))
        now = self._clock.now()
        kept = [
            KeptPost.of(archived.post, concern, now)
            for concern, posts in missing.items()
            for archived in self._posts(posts).values()
        ]
        if kept:
            with self._register.transaction() as tx:
                tx.evidence.add(kept)

    def _missing(self, tx: Transaction, concern_ids: list[str]) -> dict[str, list[str]]:
        alerts = tx.alerts.for_concerns(concern_ids)
        watched = [
            concern for concern, found in alerts.items() if any(each.state is not AlertState.CLOSED for each in found)
        ]
        counts = tx.evidence.counts(watched)
        return {
            concern.id: posts
            for concern in tx.concerns.get(watched).values()
            if counts.get(concern.id, 0) < min(concern.posts, self._most)
            and (posts := self._new_posts(tx, concern.id, counts.get(concern.id, 0)))
        }

    def _new_posts(self, tx: Transaction, concern: str, count: int) -> list[str]:
        kept = tx.evidence.posts_of(concern) if count else set()
        fates = tx.posts.of_concern(concern, limit=self._most)
        # The first ones first: how it began is the least to be lost.
        new = [fate.id for fate in reversed(fates) if fate.id not in kept]
        return new[: self._most - count]
