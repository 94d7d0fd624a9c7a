"""A form that was sent, or is still being written, and is kept for whoever filled it in. It is part of no record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Why(StrEnum):
    """Why a form is kept: it was refused, it was done and that is to be said, or it was never sent."""

    REFUSED = "refused"
    DONE = "done"
    UNSENT = "unsent"

    @property
    def lasts(self) -> timedelta:
        """How long it is kept: what was said is read within a shift, what was written is found after a weekend."""
        return timedelta(days=7) if self is Why.UNSENT else timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptForm:
    """What stood in a form that is sent to `action`; `words` are said beside it, `link` is where to go instead.

    Only `person` is ever shown it. A text with a secrecy mark is not kept: its `fields` are empty.
    """

    id: str
    person: str
    why: Why
    action: str
    fields: tuple[tuple[str, str], ...]
    kept_at: datetime
    words: str = ""
    link: str = ""
