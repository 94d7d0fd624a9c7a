"""Evidence 留存: a post as it stood when it became part of a matter with an alert; it outlives the post."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import msgspec

from huiying.post import Post


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPost:
    """The masked words of one revision of a post, the SHA-256 of the original, its link and its times; no page.

    `sha256` is of everything else here: who changes one character of what is kept changes it.
    """

    concern: str
    post: str
    revision: int
    source: str
    url: str | None
    title: str
    text: str
    said_at: datetime
    collected_at: datetime
    original_sha256: str
    kept_at: datetime
    sha256: str

    @classmethod
    def of(cls, post: Post, concern: str, kept_at: datetime) -> Self:
        """This post as evidence in a concern."""
        kept = cls(
            concern=concern,
            post=post.id,
            revision=post.revision,
            source=post.source,
            url=post.url,
            title=post.title,
            text=post.text,
            said_at=post.at,
            collected_at=post.collected_at,
            original_sha256=post.original_sha256,
            kept_at=kept_at,
            sha256="",
        )
        return replace(kept, sha256=kept._fingerprint())

    @property
    def is_unaltered(self) -> bool:
        """Whether all of it still is what was kept."""
        return self._fingerprint() == self.sha256

    def _fingerprint(self) -> str:
        return hashlib.sha256(msgspec.json.encode(replace(self, sha256=""))).hexdigest()
