"""Reads `config/rumours.yaml`: when a sentence of a post and a published one are set side by side."""

from pathlib import Path

from pydantic import Field

from huiying.policy.reading import OfficeModel, read_office_file


class RumourRules(OfficeModel):
    """Whose numbers are all the office's own choice.

    Official posts from `days_before` until `days_after` the post are looked at, `most_articles` per word. Two
    sentences are about the same matter where at least `likeness` of their pairs of characters are the same, numbers
    and places left out; where only the place differs, `likeness_of_places`. `not_negations` contain a negation and
    deny nothing.
    """

    days_before: float = Field(gt=0)
    days_after: float = Field(ge=0)
    likeness: float = Field(gt=0, le=1)
    likeness_of_places: float = Field(gt=0, le=1)
    most_articles: int = Field(ge=1, le=200)
    most_findings: int = Field(ge=1)
    negations: tuple[str, ...]
    not_negations: tuple[str, ...] = ()
    denials: tuple[str, ...]


def read_rumours(config_dir: Path) -> RumourRules:
    """The office's rules for setting a post beside what was published."""
    return read_office_file(config_dir / "rumours.yaml", RumourRules)
