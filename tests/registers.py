"""A register with nothing in it, at the price of a copied file: a new one runs every migration."""

import tempfile
from functools import cache
from pathlib import Path

from huiying.register.register import Register


def empty_register(folder: Path) -> str:
    """The address of a register in this folder, its schema made and no row in it."""
    file = folder / "register.db"
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.db"
        register = Register(f"sqlite:///{file}")
        register.prepare()
        register.close()
        return file.read_bytes()
