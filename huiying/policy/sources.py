"""Reads `config/sources.yaml`: where posts come from, and how this office names itself to them."""

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.post import SourceKind
from huiying.source import Source

_SELECTORS = ("title", "text", "time", "next")
_FIELDS = ("posts", "id", "title", "text", "url", "time", "engagement", "author")
_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?$")


def _web_address(address: str) -> str:
    if not _ADDRESS.match(address):
        raise ValueError("应为以 http:// 或 https:// 开头的完整网址")
    return address


def _pattern(written: str) -> str:
    try:
        re.compile(written)
    except re.error as error:
        raise ValueError(f"不是有效的正则表达式（{error}）") from error
    return written


class SourceEntry(OfficeModel):
    """One source as written in the file."""

    name: str = Field(min_length=1, max_length=200)
    title: str = ""
    kind: SourceKind
    spider: Literal["listing", "feed", "api"]
    url: Annotated[str, AfterValidator(_web_address)]
    enabled: bool = False
    every_minutes: float = Field(default=10, gt=0, le=10_080)
    quiet_after_minutes: float = Field(default=1440, gt=0)
    delay_seconds: float = Field(default=1.0, ge=0, le=600)
    max_posts: int = Field(default=200, ge=1, le=2000)
    encoding: str | None = None
    local: bool = False
    selectors: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    link_pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    robots: bool = True
    history_on_first_crawl: bool = True
    recheck_minutes: float = Field(default=360, ge=0)

    @model_validator(mode="after")
    def _known_names(self) -> "SourceEntry":
        for part, given, known in (("selectors", self.selectors, _SELECTORS), ("fields", self.fields, _FIELDS)):
            strange = [name for name in given if name not in known]
            if strange:
                raise ValueError(f"{part} 中不认识“{'、'.join(strange)}”，可用：{'、'.join(known)}")
        return self


class SourcesFile(OfficeModel):
    """The whole file."""

    office: str = Field(default="city response office", min_length=1, pattern=r"^[\x21-\x7e ]+$")
    contact: str = Field(default="no contact given", min_length=3, pattern=r"^[\x21-\x7e ]+$")
    sources: tuple[SourceEntry, ...] = ()


def read_sources(config_dir: Path) -> tuple[Source, ...]:
    """The sources of the office; `Misconfigured` names every mistake with file, line and remedy."""
    path = config_dir / "sources.yaml"
    file = read_office_file(path, SourcesFile)
    twice = [name for name, times in Counter(entry.name for entry in file.sources).items() if times > 1]
    if twice:
        raise Misconfigured(f"{path}：信源名称重复：{'、'.join(twice)}。每个信源的 name 应不同")
    agent = f"Huiying/0.1 ({file.office}; {file.contact})"
    return tuple(
        Source(**{**entry.model_dump(), "title": entry.title or entry.name}, user_agent=agent)
        for entry in file.sources
    )
