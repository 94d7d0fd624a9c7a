"""Reads `config/intake.yaml`: how far a date is trusted, how long a text may be, what columns are called."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from huiying.policy.reading import OfficeModel, read_office_file
from huiying.post import SourceKind

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Columns(OfficeModel):
    """What a file may call each part of a post; compared without spaces, brackets and case."""

    id: Names
    text: Names
    title: Names
    time: Names
    source: Names
    kind: Names
    url: Names
    author: Names
    engagement: Names

    @model_validator(mode="after")
    def _each_name_once(self) -> "Columns":
        seen: dict[str, str] = {}
        for part, names in self:
            for name in names:
                if name in seen:
                    raise ValueError(f"“{name}”同时写在 {seen[name]} 和 {part} 之下，请删去一处")
                seen[name] = part
        return self


class FileRules(OfficeModel):
    """How `huiying import` reads a file: its columns, what kind of source it is, and how large it may be."""

    columns: Columns
    table_kind: SourceKind = SourceKind.HOTLINE
    lines_kind: SourceKind = SourceKind.SOCIAL
    most_columns: int = Field(default=1_000, ge=1, le=16_384)
    longest_row: int = Field(default=4_000_000, ge=1_000)
    largest_unpacked_mb: int = Field(default=300, ge=1)
    largest_ratio: int = Field(default=200, ge=10)


class IntakeRules(OfficeModel):
    """What intake may trust and keep of a post."""

    trust_hours: float = Field(default=72, gt=0)
    earliest_year: int = Field(default=2000, ge=1970, le=2100)
    future_hours: float = Field(default=24, ge=0)
    impossible_date: Literal["drop", "reject"] = "drop"
    longest_text: int = Field(default=20_000, ge=100, le=1_000_000)
    longest_title: int = Field(default=300, ge=10, le=5_000)
    files: FileRules


def read_intake(config_dir: Path) -> IntakeRules:
    """The office's rules of intake; `Misconfigured` where the file has a mistake."""
    return read_office_file(config_dir / "intake.yaml", IntakeRules)
