"""Reads `config/bureaus.yaml` and `config/duties.yaml`: who answers, and what the notice makes them answer for."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from huiying.bureau import Bureau
from huiying.duty import Duty
from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.wording import WeightedWords, place_of, weighted

_NameStatus = Literal["name_seen", "partly_seen", "inferred", "inferred_unchanged", "n/a"]
_Named = Annotated[str, Field(min_length=1)]


class _BureauEntry(OfficeModel):
    id: _Named
    name: _Named
    name_today: str | None = None
    name_status: _NameStatus | None = None
    matters: tuple[str, ...] = ()
    words: WeightedWords = Field(default_factory=dict)
    not_words: WeightedWords = Field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None


class _BureausFile(OfficeModel):
    bureaus: Annotated[tuple[_BureauEntry, ...], Field(min_length=1)]


class _DutyEntry(OfficeModel):
    number: Annotated[int, Field(ge=1)]
    title: _Named
    section: _Named
    leads: Annotated[tuple[str, ...], Field(min_length=1)]
    clause: _Named
    words: WeightedWords
    not_words: WeightedWords = Field(default_factory=dict)


class _DutiesFile(OfficeModel):
    duties: Annotated[tuple[_DutyEntry, ...], Field(min_length=1)]


def read_bureaus(config_dir: Path) -> tuple[Bureau, ...]:
    """Every body that may answer, in the order of the file."""
    path = config_dir / "bureaus.yaml"
    entries = read_office_file(path, _BureausFile).bureaus
    _refuse_doubles(path, "单位 id", (entry.id for entry in entries))
    return tuple(_bureau(entry, path) for entry in entries)


def read_duties(config_dir: Path, bureaus: Iterable[Bureau]) -> tuple[Duty, ...]:
    """The notice's duties; each lead must be a bureau of the directory."""
    path = config_dir / "duties.yaml"
    entries = read_office_file(path, _DutiesFile).duties
    _refuse_doubles(path, "职责序号", (f"number: {entry.number}" for entry in entries))
    known = {bureau.id for bureau in bureaus}
    for entry in entries:
        for lead in entry.leads:
            if lead not in known:
                raise Misconfigured(
                    f"{place_of(path, lead)} 第 {entry.number} 项 leads：“{lead}”不在 bureaus.yaml 中。"
                    f"请改成其中一个单位的 id，或先在 bureaus.yaml 里加上它"
                )
    return tuple(_duty(entry, path) for entry in entries)


def _bureau(entry: _BureauEntry, path: Path) -> Bureau:
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        raise Misconfigured(
            f"{place_of(path, f'id: {entry.id}')} {entry.id}：valid_to {entry.valid_to} 早于 valid_from "
            f"{entry.valid_from}，请核对"
        )
    return Bureau(
        id=entry.id,
        name=entry.name,
        name_today=entry.name_today,
        name_status=entry.name_status,
        words=weighted(entry.words, path=path, where=f"{entry.id} words"),
        not_words=weighted(entry.not_words, path=path, where=f"{entry.id} not_words"),
        matters=entry.matters,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
    )


def _duty(entry: _DutyEntry, path: Path) -> Duty:
    where = f"第 {entry.number} 项"
    return Duty(
        number=entry.number,
        title=entry.title,
        section=entry.section,
        leads=entry.leads,
        clause=entry.clause,
        words=weighted(entry.words, path=path, where=f"{where} words"),
        not_words=weighted(entry.not_words, path=path, where=f"{where} not_words"),
    )


def _refuse_doubles(path: Path, what: str, values: Iterable[str]) -> None:
    for value, times in Counter(values).items():
        if times > 1:
            raise Misconfigured(f"{place_of(path, value)}：{what}“{value}”写了 {times} 次，请只留一处")
