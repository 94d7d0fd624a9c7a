"""What every adapter does with a batch of posts before it writes: the newest revision of each, as JSON."""

from collections.abc import Sequence

import msgspec

from huiying.failures import Rejected
from huiying.post import ArchivedPost

_encoder = msgspec.json.Encoder()


def newest(posts: Sequence[ArchivedPost]) -> dict[str, ArchivedPost]:
    """By id, in the order in which the ids came, the newest of the revisions in this batch."""
    found: dict[str, ArchivedPost] = {}
    for each in posts:
        if each.post.id not in found or each.post.revision > found[each.post.id].post.revision:
            found[each.post.id] = each
    return found


def encoded(archived: ArchivedPost) -> bytes:
    """The post as JSON; `Rejected` where it has text that is no Unicode."""
    try:
        return _encoder.encode(archived)
    except UnicodeEncodeError as error:
        raise Rejected(f"post {archived.post.id!a} has text that is no Unicode: {error.reason}") from error
