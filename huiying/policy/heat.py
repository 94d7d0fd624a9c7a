"""Reads `config/heat.yaml`: every threshold of heat, levels and dispatch, all the office's own (本单位自定)."""

from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from huiying.level import Level
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.post import SourceKind


class Sensitivity(StrEnum):
    """How readily alerts are raised: one setting that scales every level's threshold."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Mode(StrEnum):
    """Whether a task may be sent by itself or always waits for a person."""

    AUTOMATIC = "automatic"
    CONFIRM = "confirm"


class Band(OfficeModel):
    """From `at` on, a part is worth `points`."""

    at: float = Field(gt=0)
    points: float = Field(ge=0)


def _ascending(bands: tuple[Band, ...]) -> tuple[Band, ...]:
    if any(low.at >= high.at or low.points > high.points for low, high in pairwise(bands)):
        raise ValueError("分数表应从低到高写，at 递增，points 不减")
    return bands


Bands = Annotated[tuple[Band, ...], Field(min_length=1), AfterValidator(_ascending)]


class Scale(OfficeModel):
    """One part's table of points."""

    bands: Bands

    def points(self, value: float) -> float:
        """What this value is worth: the highest band that it reaches, 0 below the first."""
        return max((band.points for band in self.bands if value >= band.at), default=0.0)


class Volume(Scale):
    """Accumulated distinct posts; worth less after a time without new ones."""

    quiet_days: float = Field(gt=0)
    quiet_factor: float = Field(ge=0, le=1)


class Growth(Scale):
    """The last hour against the concern's own past."""

    at_least: int = Field(ge=1)
    floor: float = Field(gt=0)


class DutyGrowth(Scale):
    """What was said about the concern's duty in the last day, against the mean of a day before.

    Compared only from `at_least` posts in the last day on, where at least `known_days` of the `days` before are on
    record; it lifts concerns that have `concern_posts` distinct posts themselves.
    """

    at_least: int = Field(ge=1)
    days: int = Field(ge=1, le=90)
    known_days: int = Field(ge=1)
    floor: float = Field(gt=0)
    concern_posts: int = Field(ge=1)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.known_days > self.days:
            raise ValueError("known_days 不应大于 days")
        return self


class Danger(Scale):
    """Posts that tell of danger to life; ignored where they are a small share of the whole.

    One is enough where somebody turned to the office or to a forum (`alone_from`); elsewhere, where most such posts
    are news of a danger that is over, it takes `elsewhere_from` that do not repeat one another.
    """

    min_share: float = Field(ge=0, le=1)
    alone_from: tuple[SourceKind, ...]
    elsewhere_from: int = Field(ge=1)


class Matter(OfficeModel):
    """A duty that adds to the heat, in the words shown as its reason."""

    number: int = Field(ge=1)
    points: float = Field(ge=0)
    words: str = Field(min_length=1)


class Duties(OfficeModel):
    """Duties that add to the heat, where the posts' mean score for them is at least `min_score`."""

    min_score: float = Field(ge=0, le=1)
    matters: tuple[Matter, ...] = ()


class Hysteresis(OfficeModel):
    """A level falls only after so many minutes at it and so many points below it."""

    minutes: float = Field(ge=0)
    points: float = Field(ge=0)


class Dispatch(OfficeModel):
    """Whether a task at one level is sent by itself, and how sure of the lead one must be for that."""

    mode: Mode
    certainty: float = Field(default=1.0, ge=0, le=1)


class SourceTrouble(OfficeModel):
    """When a source itself becomes an alert, and at which level."""

    failures_in_a_row: int = Field(ge=1)
    failing: Level
    quiet: Level


class HeatRules(OfficeModel):
    """Everything that turns a concern's counts into a heat, a level and a decision to send."""

    sensitivity: Sensitivity
    sensitivities: dict[Sensitivity, Annotated[float, Field(gt=0)]]
    levels: dict[Level, Annotated[float, Field(gt=0)]]
    hysteresis: Hysteresis
    announce_seconds: float = Field(ge=0)
    volume: Volume
    pace: Scale
    growth: Growth
    duty_growth: DutyGrowth
    breadth: Scale
    attention: Scale
    engagement: Scale
    danger: Danger
    affects_many: Scale
    duty: Duties
    dispatch: dict[Level, Dispatch]
    source_trouble: SourceTrouble

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name, table in (("levels", self.levels), ("dispatch", self.dispatch)):
            if missing := [level.value for level in Level if level not in table]:
                raise ValueError(f"{name} 缺少级别 {'、'.join(missing)}")
        if self.sensitivity not in self.sensitivities:
            raise ValueError(f"sensitivities 缺少 {self.sensitivity.value} 的系数")
        thresholds = [self.levels[level] for level in sorted(Level, key=lambda level: level.rank)]
        if any(low >= high for low, high in pairwise(thresholds)):
            raise ValueError("levels 的分数线应当蓝 < 黄 < 橙 < 红")
        return self

    def at(self, sensitivity: Sensitivity) -> Self:
        """The same rules at another sensitivity."""
        return self.model_copy(update={"sensitivity": sensitivity})

    def threshold(self, level: Level) -> float:
        """The heat from which a level applies, at the office's sensitivity."""
        return self.levels[level] * self.sensitivities[self.sensitivity]

    def level_of(self, points: float) -> Level | None:
        """The level of a heat, None below the lowest."""
        reached = [level for level in Level if points >= self.threshold(level)]
        return max(reached, key=lambda level: level.rank, default=None)


def read_heat(config_dir: Path) -> HeatRules:
    """The office's rules for heat."""
    return read_office_file(config_dir / "heat.yaml", HeatRules)
