"""Reads `config/publishing.yaml`: where answers are made public, and how their links are proved."""

from pathlib import Path

from pydantic import Field

from huiying.policy.reading import OfficeModel, read_office_file
from huiying.publication import Channel


class WebsiteRules(OfficeModel):
    """Where the column 回应关切 is written: to an endpoint if one is named, else into a folder of files."""

    folder: str = Field(default="publications", min_length=1)
    address: str = Field(default="", pattern=r"^(https?://\S+/)?$")
    endpoint: str | None = Field(default=None, pattern=r"^https?://\S+$")
    seconds: float = Field(default=10, gt=0, le=60)


class LinkRules(OfficeModel):
    """How a link is looked at; one that cannot be reached is tried again so often, so many minutes apart."""

    retry_minutes: float = Field(default=15, gt=0)
    attempts: int = Field(default=20, ge=1, le=1000)
    seconds: float = Field(default=10, gt=0, le=60)
    largest_bytes: int = Field(default=2_000_000, ge=1000)
    private_addresses: bool = False


class PublishingRules(OfficeModel):
    """Whose numbers are all the office's own (本单位自定)."""

    channels: tuple[Channel, ...] = Field(min_length=1)
    website: WebsiteRules = WebsiteRules()
    links: LinkRules = LinkRules()


def read_publishing(config_dir: Path) -> PublishingRules:
    """The office's ways to the public."""
    return read_office_file(config_dir / "publishing.yaml", PublishingRules)
