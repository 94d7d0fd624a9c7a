"""All that the office decides: the whole of `config/` as one frozen, checked object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

from huiying.bureau import Bureau
from huiying.city import City, Lexicon, Scope
from huiying.contacts import AddressBook
from huiying.duty import Duty
from huiying.failures import Misconfigured
from huiying.policy.access import AccessRules, read_access
from huiying.policy.answers import AnswerRules, read_answers
from huiying.policy.channels import ChannelRules, read_channels
from huiying.policy.city import read_city
from huiying.policy.contacts import read_contacts
from huiying.policy.directory import read_bureaus, read_duties
from huiying.policy.first_answers import FirstAnswerRules, read_first_answers
from huiying.policy.gathering import GatheringRules, read_gathering
from huiying.policy.heat import HeatRules, read_heat
from huiying.policy.intake import IntakeRules, read_intake
from huiying.policy.lexicon import read_lexicon
from huiying.policy.procedures import read_procedures
from huiying.policy.public import PublicRules, read_public
from huiying.policy.publishing import PublishingRules, read_publishing
from huiying.policy.retention import RetentionRules, read_retention
from huiying.policy.review import ReviewRules, read_review
from huiying.policy.roster import Roster, read_roster
from huiying.policy.rumours import RumourRules, read_rumours
from huiying.policy.scans import ScanRules, read_scans
from huiying.policy.search import SearchRules, read_search
from huiying.policy.sources import read_sources
from huiying.policy.tasks import TaskRules, read_tasks
from huiying.policy.workdays import read_workdays
from huiying.procedure import Procedure
from huiying.source import Source
from huiying.workdays import WorkdayCalendar

Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Everything in `config/`, one attribute per file or folder."""

    city: City
    bureaus: tuple[Bureau, ...]
    duties: tuple[Duty, ...]
    lexicon: Lexicon
    intake: IntakeRules
    sources: tuple[Source, ...]
    gathering: GatheringRules
    heat: HeatRules
    first_answers: FirstAnswerRules
    rumours: RumourRules
    answers: AnswerRules
    procedures: Mapping[str, Procedure]
    calendar: WorkdayCalendar
    tasks: TaskRules
    review: ReviewRules
    publishing: PublishingRules
    public: PublicRules
    channels: ChannelRules
    roster: Roster
    contacts: AddressBook
    retention: RetentionRules
    access: AccessRules
    search: SearchRules
    scans: ScanRules


def default_office() -> Path:
    """The configuration that comes with the program: inside the installed package, else in the source tree."""
    package = Path(__file__).parents[1]
    installed = package / "default_office"
    return installed if installed.is_dir() else package.parent / "config"


def read_policy(config: Path, *, scope: str | None = None) -> Policy:
    """The office's policy; `Misconfigured` tells the mistakes of every file, not only of the first.

    `scope` (`HUIYING_SCOPE`) overrides the one of `city.yaml`.
    """
    mistakes: list[str] = []

    def read(reader: Callable[[Path], Part]) -> Part:
        try:
            return reader(config)
        except Misconfigured as error:
            mistakes.append(str(error))
            return cast(Part, None)  # never seen: with a mistake nothing is given back

    bureaus = read(read_bureaus)
    policy = Policy(
        city=read(read_city),
        bureaus=bureaus,
        duties=read(lambda folder: read_duties(folder, bureaus)) if bureaus else (),
        lexicon=read(read_lexicon),
        intake=read(read_intake),
        sources=read(read_sources),
        gathering=read(read_gathering),
        heat=read(read_heat),
        first_answers=read(read_first_answers),
        rumours=read(read_rumours),
        procedures=read(read_procedures),
        calendar=read(read_workdays),
        tasks=read(read_tasks),
        review=read(read_review),
        publishing=read(read_publishing),
        public=read(read_public),
        channels=read(read_channels),
        roster=read(read_roster),
        contacts=read(lambda folder: read_contacts(folder, bureaus or ())),
        retention=read(read_retention),
        answers=read(read_answers),
        access=read(read_access),
        search=read(read_search),
        scans=read(read_scans),
    )
    if mistakes:
        raise Misconfigured("\n".join(mistakes))
    if not policy.bureaus or not policy.duties:
        raise Misconfigured(f"{config}：没有责任单位或职责事项，可用 huiying init 取一份缺省配置")
    return replace(policy, city=replace(policy.city, scope=Scope(scope))) if scope else policy
