"""All that the office decides: the whole of `config/` as one frozen, checked object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from huiying.bureau import Bureau
from huiying.city import City, Lexicon, Scope
from huiying.duty import Duty
from huiying.failures import Misconfigured
from huiying.policy.access import AccessRules, read_access
from huiying.policy.city import read_city
from huiying.policy.directory import read_bureaus, read_duties
from huiying.policy.first_answers import FirstAnswerRules, read_first_answers
from huiying.policy.gathering import GatheringRules, read_gathering
from huiying.policy.heat import HeatRules, read_heat
from huiying.policy.intake import IntakeRules, read_intake
from huiying.policy.lexicon import read_lexicon
from huiying.policy.procedures import read_procedures
from huiying.policy.rumours import RumourRules, read_rumours
from huiying.policy.sources import read_sources
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
    procedures: Mapping[str, Procedure]
    calendar: WorkdayCalendar
    access: AccessRules


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

    def read(reader: Callable[[Path], Part]) -> Part | None:
        try:
            return reader(config)
        except Misconfigured as error:
            mistakes.append(str(error))
            return None

    city = read(read_city)
    bureaus = read(read_bureaus)
    duties = read(lambda folder: read_duties(folder, bureaus)) if bureaus else ()
    lexicon, intake, sources = read(read_lexicon), read(read_intake), read(read_sources)
    gathering, heat = read(read_gathering), read(read_heat)
    first_answers, rumours = read(read_first_answers), read(read_rumours)
    procedures, calendar, access = read(read_procedures), read(read_workdays), read(read_access)
    if mistakes:
        raise Misconfigured("\n".join(mistakes))
    if not (
        (city and bureaus and duties and lexicon and intake and heat and gathering)
        and (first_answers and rumours and procedures and calendar and access)
    ):
        raise Misconfigured(f"{config}：配置是空的，可用 huiying init 取一份缺省配置")
    return Policy(
        city=replace(city, scope=Scope(scope)) if scope else city,
        bureaus=bureaus,
        duties=duties,
        lexicon=lexicon,
        intake=intake,
        sources=sources or (),
        gathering=gathering,
        heat=heat,
        first_answers=first_answers,
        rumours=rumours,
        procedures=procedures,
        calendar=calendar,
        access=access,
    )
