"""A duty 职责事项: one matter that the notice 大政办发〔2014〕46号 makes bureaus answer for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One of the notice's 20 duties, with the words that point to it.

    `leads` are bureau ids in the order in which the notice names them. `clause` is the notice's own text.
    """

    number: int
    title: str
    section: str
    leads: tuple[str, ...]
    clause: str
    words: tuple[tuple[str, float], ...]
    not_words: tuple[tuple[str, float], ...] = ()
