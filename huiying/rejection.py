"""A rejection 退回: what intake refused, where it stood and why; it never holds the words themselves."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """One refused post. `where` is a file and line, or an address; `reason` is a Chinese sentence for people."""

    where: str
    source: str
    reason: str
    at: datetime | None = None
