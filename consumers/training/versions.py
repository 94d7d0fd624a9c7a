"""The versions of the model that an office trained: a folder each, one of them installed, the way back kept.

    models/
      linear-1a2b3c4d/      judge.npz judge.json made.json, and probe/ (the same training without the exam's rows)
      installed.json        which versions were installed, one after another; the last one is in force

The model that came with the program is never touched: with no version installed it is in force.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huiying.failures import Misconfigured, NotAllowed

_INSTALLED, _MADE, _PROBE = "installed.json", "made.json", "probe"


class Versions:
    """The folder `models` of an office's data."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "models"

    @property
    def names(self) -> tuple[str, ...]:
        """The versions that were installed one after another, the one in force last; none: the program's own."""
        path = self.folder / _INSTALLED
        if not path.exists():
            return ()
        try:
            return tuple(str(name) for name in json.loads(path.read_text("utf-8"))["versions"])
        except (ValueError, KeyError, TypeError) as error:
            raise Misconfigured(f"{path}：读不懂（{error}）。移走它即改用随程序的模型。") from error

    @property
    def installed(self) -> Path | None:
        """The folder of the version in force; None: the program's own."""
        names = self.names
        return self.folder / names[-1] if names else None

    @property
    def probe(self) -> Path | None:
        """What was trained like the version in force, but without the exam's rows; None where there is none."""
        probe = self.installed / _PROBE if self.installed else None
        return probe if probe and probe.is_dir() else None

    def facts(self) -> Mapping[str, Any]:
        """How the version in force was made; nothing is known of the program's own."""
        return self.facts_of(self.names[-1]) if self.names else {}

    def facts_of(self, name: str) -> Mapping[str, Any]:
        """How a version was made; empty where nobody wrote it down."""
        path = self.folder / name / _MADE
        if not path.exists():
            return {}
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    @property
    def choice(self) -> str:
        """What says which version is in force, as it stands: another text means another choice."""
        path = self.folder / _INSTALLED
        return path.read_text("utf-8") if path.exists() else ""

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """A folder beside the versions in which one is made; it is gone afterwards unless it was kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".making-", dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, made: Path, name: str, probe: Path, facts: Mapping[str, Any]) -> None:
        """Keep a model under its name, with its probe and how it was made; it is not installed by that.

        The name is made from the weights: a version of this name is the same and stays as it is.
        """
        if (self.folder / name).exists():
            return
        shutil.copytree(probe, made / _PROBE)
        (made / _MADE).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
        made.rename(self.folder / name)

    def install(self, name: str) -> None:
        """Let a version be in force; processes take it up when they start again."""
        if self.names[-1:] != (name,):
            self._write((*self.names, name))

    def back(self) -> str | None:
        """Let the version before be in force again; its name, None where that is the program's own."""
        names = self.names
        if not names:
            raise NotAllowed("现在用的就是随程序的模型，没有更早的版本")
        self._write(names[:-1])
        return names[-2] if len(names) > 1 else None

    def _write(self, names: tuple[str, ...]) -> None:
        path = self.folder / _INSTALLED
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self.folder, delete=False) as file:
            json.dump({"versions": names}, file, ensure_ascii=False)
        os.replace(file.name, path)  # noqa: PTH105 - the one call that replaces a file in one step
