"""Reads `config/city.yaml`: the city, its places, and what only looks like it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from huiying.city import City, Scope
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.wording import WeightedWords, checked_words, weighted
from huiying.post import SourceKind

_Share = Annotated[float, Field(ge=0, le=1)]


class _CityFile(OfficeModel):
    name: Annotated[str, Field(min_length=2)]
    scope: Scope = Scope.CITY
    threshold: _Share = 0.5
    without_place: _Share = 0.6
    without_place_locally: _Share = 0.9
    local_kinds: tuple[SourceKind, ...] = ()
    districts: tuple[str, ...] = ()
    places: WeightedWords
    institutions: WeightedWords
    traps: tuple[str, ...] = ()
    elsewhere: WeightedWords = Field(default_factory=dict)


def read_city(config_dir: Path) -> City:
    """The city of this office."""
    path = config_dir / "city.yaml"
    written = read_office_file(path, _CityFile)
    return City(
        name=written.name,
        scope=written.scope,
        districts=checked_words(written.districts, path=path, where="districts"),
        places=weighted(written.places, path=path, where="places"),
        institutions=weighted(written.institutions, path=path, where="institutions"),
        traps=checked_words(written.traps, path=path, where="traps"),
        elsewhere=weighted(written.elsewhere, path=path, where="elsewhere"),
        threshold=written.threshold,
        without_place=written.without_place,
        without_place_locally=written.without_place_locally,
        local_kinds=frozenset(written.local_kinds),
    )
