"""The small office that every test here works in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from huiying.policy.channels import Channel
from tests.responders.office import SmallOffice
from tests.responders.telling import TellingOffice


@pytest.fixture
def office(register_url: str) -> Iterator[SmallOffice]:
    """An office of one test, at noon on the day of the notice."""
    small = SmallOffice(register_url)
    yield small
    small.register.close()


@pytest.fixture
def tell(register_url: str) -> Iterator[Callable[..., TellingOffice]]:
    """Opens the office of one test, with the channels it names."""
    opened: list[TellingOffice] = []

    def open_office(*channels: Channel, **rules: Any) -> TellingOffice:
        opened.append(TellingOffice(register_url, *channels, **rules))
        return opened[-1]

    yield open_office
    for each in opened:
        each.register.close()
