"""The invented night and a browserless client over its console."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app import create_app
from tests.console.client import Client
from tests.console.night import Night, busy_night


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """An empty office at 02:14."""
    night = Night(tmp_path)
    yield night
    night.close()


@pytest.fixture
def client(night: Night) -> Client:
    """The console of this office."""
    return Client(create_app(night.console()))


@pytest.fixture
def busy(night: Night) -> Night:
    """The same office on a busy night."""
    busy_night(night)
    return night
