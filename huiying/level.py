"""The four levels of an alert 舆情预警. The colour words are this office's own (本单位自定), not those of the law."""

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
