"""The small office that every test here works in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.responders.office import SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    """An office of one test, at noon on the day of the notice."""
    small = SmallOffice(tmp_path)
    yield small
    small.register.close()
