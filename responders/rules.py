"""What the responders that open tasks and begin proceedings need of the office's policy."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from huiying.bureau import Bureau
from huiying.policy.heat import HeatRules
from huiying.policy.tasks import TaskRules
from huiying.procedure import Procedure
from huiying.workdays import WorkdayCalendar

PROCEDURE = "opinion-response"
"""The procedure by which the office answers public concerns."""


class ClockRules(Protocol):
    """The part of the office's policy that counting clocks needs."""

    @property
    def calendar(self) -> WorkdayCalendar:
        """Working days."""
        ...

    @property
    def tasks(self) -> TaskRules:
        """Hours and rungs of tasks."""
        ...


class OfficeRules(ClockRules, Protocol):
    """The part of the office's policy that opening a task needs."""

    @property
    def heat(self) -> HeatRules:
        """Levels and dispatch."""
        ...

    @property
    def procedures(self) -> Mapping[str, Procedure]:
        """Procedures by id."""
        ...

    @property
    def bureaus(self) -> Sequence[Bureau]:
        """Who answers."""
        ...
