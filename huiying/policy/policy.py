"""All that the office decides: the whole of `config/` as one frozen, checked object."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from huiying.failures import Misconfigured

Part = TypeVar("Part")


def default_office() -> Path:
    """The configuration that comes with the program: inside the installed package, else in the source tree."""
    package = Path(__file__).parents[1]
    installed = package / "default_office"
    return installed if installed.is_dir() else package.parent / "config"
