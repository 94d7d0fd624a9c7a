"""The small office that every test here works in."""

from collections.abc import Iterator

import pytest

from tests.responders.office import SmallOffice


@pytest.fixture
def office(register_url: str) -> Iterator[SmallOffice]:
    """An office of one test, at noon on the day of the notice."""
    small = SmallOffice(register_url)
    yield small
    small.register.close()
