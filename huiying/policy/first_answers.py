"""Reads `config/first_answers.yaml`: what must be answered first, what collected, and the signs of each."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.wording import checked_words
from huiying.post import SourceKind


class Sign(OfficeModel):
    """One thing that has to be seen: by any of its words, the least urgency or attention, or a kind of source."""

    words: tuple[str, ...] = ()
    urgency: int | None = Field(default=None, ge=1, le=3)
    attention: float | None = Field(default=None, gt=0, le=1)
    source_kinds: tuple[SourceKind, ...] = ()

    @model_validator(mode="after")
    def _can_be_seen(self) -> Self:
        if not (self.words or self.urgency or self.attention or self.source_kinds):
            raise ValueError("至少要写 words、urgency、attention、source_kinds 中的一项")
        return self


class Ground(OfficeModel):
    """A category of a rule, word for word, with the clause it stands in and the signs that must all be seen.

    `mark` says how well the clause was checked: O from an office's site, N told by the press, M from a third party.
    """

    id: str
    title: str
    basis: str
    mark: Literal["P", "O", "N", "M"]
    signs: Annotated[dict[str, Sign], Field(min_length=1)]
    traps: tuple[str, ...] = ()


class FirstAnswerRules(OfficeModel):
    """The five kinds that are answered first, and the six points of collection.

    Only the first `characters` of a text are looked at: a long letter mentions much that is not its matter.
    """

    characters: int = Field(default=200, ge=20)
    first_answers: tuple[Ground, ...]
    collection_points: tuple[Ground, ...]


def read_first_answers(config_dir: Path) -> FirstAnswerRules:
    """The office's categories with their signs; `Misconfigured` for a word too short to mean anything."""
    path = config_dir / "first_answers.yaml"
    rules = read_office_file(path, FirstAnswerRules)
    for ground in (*rules.first_answers, *rules.collection_points):
        checked_words(ground.traps, path=path, where=f"{ground.id} traps")
        for name, sign in ground.signs.items():
            checked_words(sign.words, path=path, where=f"{ground.id} {name}")
    return rules
