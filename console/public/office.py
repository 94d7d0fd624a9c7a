"""The office as the public sees it: what it says of itself, and the two things that it does for strangers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.office import LOOPBACK
from huiying.clock import Clock
from huiying.policy.public import PublicRules
from huiying.policy.retention import RetentionRules
from huiying.register.register import Register
from huiying.source import Source
from responders.personal.receiving import Receiving


@dataclass(frozen=True, kw_only=True)
class PublicOffice:
    """No archive, no bus, nobody's account. `articles` is where the website's files lie, None where it has its own.

    `sources` are those that are crawled; `model_helps` says that a language model may help with drafts.
    """

    register: Register
    receiving: Receiving
    rules: PublicRules
    retention: RetentionRules
    sources: Sequence[Source]
    model_helps: bool
    articles: Path | None
    clock: Clock
    hosts: Sequence[str] = LOOPBACK
