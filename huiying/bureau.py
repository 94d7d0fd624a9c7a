"""A bureau 责任单位: who answers."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Bureau:
    """One body of the city that answers for matters.

    `id` is its short name in the office's directory (such as 水务局), the same that `huiying judge`
    prints as `short`; `name` is its full name on screens and papers (市水务局). `words` and `not_words` are
    evidence for and against it in a post, each with a weight; `valid_from`/`valid_to` bound its
    existence, because bureaus are merged and renamed.
    """

    id: str
    name: str
    name_today: str | None = None
    name_status: str | None = None
    words: tuple[tuple[str, float], ...] = ()
    not_words: tuple[tuple[str, float], ...] = ()
    matters: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
