"""What every benchmark prints first: the day, the machine and the versions its figures belong to."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import numpy


def machine() -> str:
    """One line about this machine."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpu_info() if line.startswith("model name")), platform.machine()
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d} · {os.cpu_count()} × {model} · Python {platform.python_version()} · "
        f"numpy {numpy.__version__} · SQLite {sqlite3.sqlite_version}"
    )


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.exists() else []
