"""What a replay of a past period reads, on every archive."""

from datetime import timedelta
from typing import Any

from console.past_posts import PastPosts
from huiying.archive.archive import Archive, PostQuery, Span
from huiying.post import ArchivedPost
from tests.builders import NOON, make_archived
from tests.contracts.conftest import eventually
from tests.shipped import shipped_policy


def collected(id: str, minutes: float, *, said: float | None = None, **more: Any) -> ArchivedPost:
    """A post that was collected so many minutes after noon, and said then or at another minute."""
    at = NOON + timedelta(minutes=minutes)
    spoken = at if said is None else NOON + timedelta(minutes=said)
    return make_archived(id, collected_at=at, published_at=spoken, **more)


def test_a_period_is_read_by_when_posts_were_collected_then_by_id(archive: Archive) -> None:
    archive.store(
        [
            collected("late", 59, said=-3 * 24 * 60 + 90),
            collected("b", 30),
            collected("a", 30),
            collected("first", 0, said=-70),
            collected("before", -1),
            collected("after", 60, said=10),
            collected("old", 31, said=-6000, history=True),
            make_archived("unsaid", collected_at=NOON + timedelta(minutes=31), published_at=None),
        ]
    )
    eventually(lambda: len(archive.search(PostQuery()).hits) == 8)
    period = PastPosts(archive, shipped_policy().intake, NOON, NOON + timedelta(hours=1))

    with period as posts:
        assert len(posts) == 5
        assert [message.post.id for message in posts] == ["first", "a", "b", "unsaid", "late"]
        archive.delete(["b"])
        assert [message.post.id for message in posts] == ["first", "a", "unsaid", "late"]


def test_a_period_of_more_than_a_page_is_read_whole(archive: Archive) -> None:
    ids = [f"post-{number:04}" for number in range(1_203)]
    archive.store([collected(id, number % 50) for number, id in enumerate(reversed(ids))])
    eventually(lambda: sum(archive.histogram(PostQuery(), Span.DAY).values()) == len(ids))

    with PastPosts(archive, shipped_policy().intake, NOON, NOON + timedelta(hours=1)) as posts:
        read = list(posts)
    assert len(read) == len(ids)
    assert read == sorted(read, key=lambda message: (message.post.collected_at, message.post.id))
