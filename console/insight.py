"""What the judge in force tells people about posts, so that they need not take its word for it.

What judges and groups needs numpy and scipy, which take most of a second to import: only who asks pays.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from huiying.archive.archive import Archive
from huiying.policy.policy import Policy
from huiying.post import ArchivedPost, Post

if TYPE_CHECKING:
    from consumers.judging.grounds import Grounds
    from consumers.judging.judge import Judge
    from consumers.judging.rumours import Contrast

Explainer = Callable[[Sequence[ArchivedPost]], Sequence[tuple[str, ...]]]
"""For each post, the words that decided about it; they are marked on the screen."""

Likeness = Callable[[Sequence[str]], Sequence[float]]
"""How much each text is like the first, 0..1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Insight:
    """The answers that need the judge; screens without one of them say so.

    `explain` gives the words that decided, `grounds` tells why a post was judged as it was, `likeness` why posts
    stand together, and `contrast` what was published otherwise.
    """

    explain: Explainer | None = None
    grounds: "Callable[[ArchivedPost], Grounds] | None" = None
    likeness: Likeness | None = None
    contrast: "Callable[[Iterable[Post]], Sequence[Contrast]] | None" = None


NO_INSIGHT = Insight()


def insight(judge: "Callable[[], Judge]", archive: Archive, policy: Policy) -> Insight:
    """All of it; the judge is loaded at the first question."""

    def explain(posts: Sequence[ArchivedPost]) -> list[tuple[str, ...]]:
        from consumers.judging.why import deciding_words  # noqa: PLC0415 - see above

        return deciding_words(judge(), [archived.post.whole_text for archived in posts])

    def grounds(archived: ArchivedPost) -> "Grounds":
        from consumers.judging.grounds import grounds_of  # noqa: PLC0415 - see above

        return grounds_of(judge(), archived.post.whole_text)

    def alike(texts: Sequence[str]) -> Sequence[float]:
        from consumers.grouping.likeness import likeness  # noqa: PLC0415 - see above

        return likeness(texts)

    def contrast(posts: Iterable[Post]) -> "Sequence[Contrast]":
        from consumers.judging.rumours import Contrasting  # noqa: PLC0415 - see above

        return Contrasting(archive, policy.rumours, policy.city, judge().clues.words_in).of_posts(posts)

    return Insight(explain=explain, grounds=grounds, likeness=alike, contrast=contrast)
