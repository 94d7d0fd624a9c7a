"""What the console is given: the stores, what the office decided, the clock, and the doors it may open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from console.insight import NO_INSIGHT, Insight
from huiying.bus.bus import Bus
from huiying.configuring import Configuring
from huiying.entrance import Entrance
from huiying.intake import Intake
from huiying.policy.folder import digest_of_folder
from huiying.policy.policy import default_office
from huiying.staff import Staff
from responders.moves import Moves

if TYPE_CHECKING:
    from console.provider import Provider
    from consumers.correcting import Correcting

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""The names of this machine's own, under which the console answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoPerson:
    """Somebody made up, as whom everybody may sign in to a demonstration."""

    id: str
    name: str
    role: str
    password: str


@dataclass(frozen=True, kw_only=True)
class ConsoleOffice(Moves):
    """The office as the console sees it: what people may do, and what screens need beside it.

    `bus` opens the bus when something is asked of it; screens need none. `intake` makes a run of intake; None closes
    the API's door for posts, as does no `api_token`. `hosts` are the names under which browsers may ask for the
    console. `provider` is that of single sign-on, where the office has one. `demo_people` are shown, with their
    passwords, where one signs in to a demonstration. `config` is the folder that the policy was read from, `scope`
    what overrides its own.
    """

    bus: Callable[[], Bus]
    insight: Insight = NO_INSIGHT
    intake: Callable[[], Intake] | None = None
    api_token: str | None = None
    hosts: Sequence[str] = LOOPBACK
    provider: "Provider | None" = None
    demo_people: Sequence[DemoPerson] = ()
    config: Path = field(default_factory=default_office)
    scope: str | None = None

    @cached_property
    def correcting(self) -> "Correcting":
        """What people correct in judging and grouping."""
        from consumers.correcting import Correcting  # noqa: PLC0415 - it needs numpy, slow to import: see insight.py

        return Correcting(self.register, self.policy.gathering, self.clock)

    @cached_property
    def config_digest(self) -> str:
        """Of the folder as it stood when this console was made."""
        return digest_of_folder(self.config)

    @cached_property
    def configuring(self) -> Configuring:
        """What administrators change in `config/`."""
        return Configuring(self.register, self.config, self.clock, self.scope)

    @cached_property
    def entrance(self) -> Entrance:
        """Everybody's way in."""
        return Entrance(self.register, self.policy.access, self.clock)

    @cached_property
    def staff(self) -> Staff:
        """Who has an account. The units of the review answer for no matter themselves (宣传部)."""
        return Staff(self.register, self.policy.access, (*self.bureau_names, *self.policy.review.units), self.clock)

    @cached_property
    def bureau_names(self) -> Mapping[str, str]:
        """What each bureau is called."""
        return {bureau.id: bureau.name for bureau in self.policy.bureaus}

    @cached_property
    def source_titles(self) -> Mapping[str, str]:
        """What each configured source is called."""
        return {source.name: source.title for source in self.policy.sources}

    @cached_property
    def duty_titles(self) -> Mapping[str, str]:
        """What each duty is called, by its number."""
        return {str(duty.number): duty.title for duty in self.policy.duties}

    def bureau(self, short: str | None) -> str:
        """A bureau's name in lists (市水务局); 待明确 where there is none."""
        return self.bureau_names.get(short, short) if short else "待明确"
