"""The assessing stage: collected posts are judged, kept in the archive, and announced as assessed."""

from collections.abc import Sequence
from typing import ClassVar

from consumers.judging.judge import Judge
from huiying.archive.archive import Archive
from huiying.messages import Message, PostAssessed, PostCollected
from huiying.post import ArchivedPost, Assessment, Post
from huiying.stage import Done, Outcome, Refused


class Assessing:
    """PostCollected → the archive and PostAssessed.

    A quarantined post is judged, travels on without its words, and is not kept.
    """

    name: ClassVar[str] = "assessing"
    reads: ClassVar[tuple[type[Message], ...]] = (PostCollected,)

    def __init__(self, judge: Judge, archive: Archive) -> None:
        self._judge = judge
        self._archive = archive

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """One outcome per message. The archive refuses what it already has, so handling twice changes nothing."""
        posts = [message.post for message in batch if isinstance(message, PostCollected)]
        assessed = dict(zip([id(post) for post in posts], self._assess(posts), strict=True))
        self._archive.store(
            [ArchivedPost(post=post, assessment=assessed[id(post)]) for post in posts if not post.secrecy_marks]
        )
        return [
            _announced(message.post, assessed[id(message.post)])
            if isinstance(message, PostCollected)
            else Refused(reason=f"assessing reads post-collected, not {message.topic}")
            for message in batch
        ]

    def _assess(self, posts: Sequence[Post]) -> list[Assessment]:
        return self._judge.assess(
            [post.whole_text for post in posts],
            [post.source_kind for post in posts],
            [post.engagement for post in posts],
        )


def _announced(post: Post, assessment: Assessment) -> Done:
    told = post.without_words() if post.secrecy_marks else post
    return Done(publish=(PostAssessed(post=told, assessment=assessment),))
