"""What a spider yields: a raw post, with what is to be remembered of its address once the bus has taken it."""

from dataclasses import dataclass

from huiying.post import RawPost
from huiying.source import Seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One post as a spider found it, where it stood, and the mark to keep."""

    post: RawPost
    where: str
    mark: Seen
