"""What both sides of a personal request need: the office's policy, and how a request is called in the audit."""

from collections.abc import Sequence
from typing import Protocol

from huiying.personal_request import PersonalRequest
from huiying.policy.public import PublicRules
from huiying.source import Source
from huiying.workdays import WorkdayCalendar


class PersonalRules(Protocol):
    """The part of the office's policy that personal requests need."""

    @property
    def public(self) -> PublicRules:
        """What the office says to the public."""
        ...

    @property
    def calendar(self) -> WorkdayCalendar:
        """The office's working days."""
        ...

    @property
    def sources(self) -> Sequence[Source]:
        """Where posts come from."""
        ...


def subject_of(request: PersonalRequest) -> str:
    """Its place in the console, which is how the audit names it."""
    return f"/personal-requests/{request.id}"
