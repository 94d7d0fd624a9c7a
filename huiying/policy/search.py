"""Reads `config/search.yaml`: how far a search counts and looks, and how much is exported at once."""

from pathlib import Path

from pydantic import Field

from huiying.policy.reading import OfficeModel, read_office_file


class SearchRules(OfficeModel):
    """All the office's own choice."""

    counted_posts: int = Field(ge=100, le=100_000)
    posts_of_matters: int = Field(ge=100, le=50_000)
    export_rows: int = Field(ge=1, le=100_000)


def read_search(config_dir: Path) -> SearchRules:
    """The office's rules of searching and exporting."""
    return read_office_file(config_dir / "search.yaml", SearchRules)
