"""A folder of configuration of a test's own, and the console of the night that is run by it."""

import shutil
from pathlib import Path

from console.office import ConsoleOffice
from huiying.person import Role
from tests.builders import person
from tests.console.night import Night
from tests.shipped import SHIPPED_OFFICE

ADMINISTRATOR = person("管理员", Role.ADMINISTRATOR)


def configured(night: Night) -> ConsoleOffice:
    """The console, with a copy of the shipped configuration to change."""
    config = night.data / "config"
    shutil.copytree(SHIPPED_OFFICE, config)
    return night.console(config=config)


def file_of(night: Night, name: str) -> Path:
    """A file of that copy."""
    return night.data / "config" / name
