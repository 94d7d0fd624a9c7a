"""What the console is given: the stores, what the office decided, the clock, and the doors it may open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from huiying.archive.archive import Archive
from huiying.bureau import Bureau
from huiying.bus.bus import Bus
from huiying.clock import Clock
from huiying.contacts import AddressBook
from huiying.duty import Duty
from huiying.entrance import Entrance
from huiying.intake import Intake
from huiying.policy.access import AccessRules
from huiying.policy.answers import AnswerRules
from huiying.policy.first_answers import FirstAnswerRules
from huiying.policy.gathering import GatheringRules
from huiying.policy.retention import RetentionRules
from huiying.post import ArchivedPost, Post
from huiying.register.register import Register
from huiying.source import Source
from huiying.staff import Staff
from responders.answers.drafting import Drafting
from responders.answers.helping import Helping
from responders.answers.publishing import Publishing
from responders.answers.reviewing import Reviewing
from responders.handling import Handling
from responders.notices.trying import Trying
from responders.proceedings.appraising import Appraising
from responders.proceedings.evaluating import Evaluating
from responders.readying import Readying
from responders.shift.circulating import Circulating
from responders.shift.duty_log import DutyLogging
from responders.shift.registering import Registering
from responders.tasks.assigning import Assigning
from responders.tasks.deciding import Deciding
from responders.tasks.desk import Desk
from responders.tasks.instructing import Instructing
from responders.tasks.reporting import Reporting
from responders.tasks.supervising import Supervising

if TYPE_CHECKING:
    from consumers.correcting import Correcting
    from consumers.judging.grounds import Grounds
    from consumers.judging.rumours import Contrast

Explainer = Callable[[Sequence[ArchivedPost]], Sequence[tuple[str, ...]]]
"""For each post, the words that decided about it; they are marked on the screen."""

Likeness = Callable[[Sequence[str]], Sequence[float]]
"""How much each text is like the first, 0..1."""

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
class ConsoleOffice:
    """The office as the console sees it. `bus` opens the bus when something is asked of it; screens need none.

    `intake` makes a run of intake; None closes the API's door for posts, as does no `api_token`.

    `grounds` tells why a post was judged as it was, `likeness` why posts stand together, `contrast` what was
    published otherwise; screens without them say so. `hosts` are the names under which browsers may ask for the
    console. `units` are those whose people have accounts and that answer for no matter themselves (宣传部);
    `demo_people` are shown, with their passwords, where one signs in to a demonstration.
    """

    register: Register
    archive: Archive
    bus: Callable[[], Bus]
    clock: Clock
    handling: Handling
    assigning: Assigning
    desk: Desk
    deciding: Deciding
    reporting: Reporting
    supervising: Supervising
    instructing: Instructing
    circulating: Circulating
    reviewing: Reviewing
    publishing: Publishing
    appraising: Appraising
    evaluating: Evaluating
    correcting: "Correcting"
    registering: Registering
    duty_logging: DutyLogging
    readying: Readying
    contacts: AddressBook
    retention: RetentionRules
    trying: Trying
    gathering: GatheringRules
    first_answers: FirstAnswerRules
    answers: AnswerRules
    drafting: Drafting
    helping: Helping
    access: AccessRules
    bureaus: Sequence[Bureau]
    units: Sequence[str] = ()
    duties: Sequence[Duty] = ()
    sources: Sequence[Source] = ()
    intake: Callable[[], Intake] | None = None
    api_token: str | None = None
    explain: Explainer | None = None
    grounds: "Callable[[ArchivedPost], Grounds] | None" = None
    likeness: Likeness | None = None
    contrast: "Callable[[Iterable[Post]], Sequence[Contrast]] | None" = None
    hosts: Sequence[str] = LOOPBACK
    demo_people: Sequence[DemoPerson] = ()
    bureau_names: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bureau_names", {bureau.id: bureau.name for bureau in self.bureaus})

    @cached_property
    def entrance(self) -> Entrance:
        """Everybody's way in."""
        return Entrance(self.register, self.access, self.clock)

    @cached_property
    def staff(self) -> Staff:
        """Who has an account."""
        return Staff(self.register, self.access, (*self.bureau_names, *self.units), self.clock)

    @cached_property
    def source_titles(self) -> Mapping[str, str]:
        """What each configured source is called."""
        return {source.name: source.title for source in self.sources}

    def bureau(self, short: str | None) -> str:
        """A bureau's name in lists (市水务局); 待明确 where there is none."""
        return self.bureau_names.get(short, short) if short else "待明确"
