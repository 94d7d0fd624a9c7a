"""Three kinds of level that are never one another: of an alert, of public opinion, of an event in the world.

The level of an alert 舆情预警 is computed; its colour words are this office's own (本单位自定), not those of the law.
The other two are a person's: 舆情等级 the office's own grade, 事件级别 what the competent authority determined.
"""

from enum import StrEnum


class Level(StrEnum):
    """Level of an alert; `rank` orders them, 4 the highest."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def rank(self) -> int:
        """4 for red down to 1 for blue: also the number of filled steps on a screen."""
        return _RANKS[self]

    @property
    def label(self) -> str:
        """The words on a screen; red is 红色提示, never 红色预警, which is a term of law."""
        return _LABELS[self]


_RANKS = {Level.RED: 4, Level.ORANGE: 3, Level.YELLOW: 2, Level.BLUE: 1}
_LABELS = {Level.RED: "红色提示", Level.ORANGE: "橙色提示", Level.YELLOW: "黄色提示", Level.BLUE: "蓝色提示"}


class OpinionLevel(StrEnum):
    """舆情等级: the office's own human grade of the public's concern, beside heat and event level."""

    MAJOR = "major"
    CONSIDERABLE = "considerable"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        """The office's word."""
        return _OPINION_LABELS[self]


_OPINION_LABELS = {OpinionLevel.MAJOR: "重大", OpinionLevel.CONSIDERABLE: "较大", OpinionLevel.ORDINARY: "一般"}


class EventLevel(StrEnum):
    """事件级别: determined by the competent authority and recorded by a person; the software never sets it."""

    EXTRAORDINARY = "extraordinary"
    MAJOR = "major"
    CONSIDERABLE = "considerable"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        """The word of the law (突发事件应对法)."""
        return _EVENT_LABELS[self]

    @property
    def starts_major_clocks(self) -> bool:
        """Whether 国办发〔2016〕61号 and 80号 call for 5 h and 24 h."""
        return self in (EventLevel.EXTRAORDINARY, EventLevel.MAJOR)


_EVENT_LABELS = {
    EventLevel.EXTRAORDINARY: "特别重大",
    EventLevel.MAJOR: "重大",
    EventLevel.CONSIDERABLE: "较大",
    EventLevel.ORDINARY: "一般",
}
