"""Reads `config/retention.yaml`: how long posts stay, and how much of them is kept as evidence of a matter."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from huiying.policy.reading import OfficeModel, read_office_file


class RetentionRules(OfficeModel):
    """All the office's own choice. The program never deletes the file of a matter."""

    post_days: float = Field(ge=1, le=3_650)
    evidence_posts: int = Field(ge=1, le=10_000)
    matter_files: Literal["10年", "30年", "永久"]


def read_retention(config_dir: Path) -> RetentionRules:
    """The office's rules of keeping and deleting."""
    return read_office_file(config_dir / "retention.yaml", RetentionRules)
