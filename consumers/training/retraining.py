"""`huiying train` in an office: fits a new version, measures it beside the present one, lets it in or not.

Three fittings at most. The new version and, where the present one left none, the present one are first fitted without
the exam's rows and asked about them (probes); then the new version is fitted on everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from consumers.judging.judge import Judge
from consumers.judging.model import Model
from consumers.training.corrections import TaughtPost, count_lessons, held_back, write_taught
from consumers.training.exam import (
    Comparison,
    compare,
    key_of,
    questions_of,
    read_questions,
    sit,
    table_of,
    write_lessons,
)
from consumers.training.versions import Versions
from huiying import __version__

Note = Callable[[str], None]
Fit = Callable[[Path, Path], Model]
"""Fits a model on a folder of data sets, corrections among them, and writes it into another folder."""

OpenJudge = Callable[[Path], Judge]
"""A judge with the model of a folder and the office's words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrained:
    """What came of it: the version now in force, None where it was worse and the present one stays.

    `lessons` counts the rows of corrections that were taught.
    """

    model: str | None
    comparisons: tuple[Comparison, ...]
    lessons: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Retraining:
    """Everything that a training of an office needs."""

    versions: Versions
    fit: Fit
    open_judge: OpenJudge
    note: Note
    seed: int

    def run(self, data_sets: Path, corrections: Sequence[TaughtPost], *, teach: bool) -> Retrained:
        """Train on the data sets, with the corrections where they are to `teach`; install what is not worse.

        The held-back part of the corrections is asked about even where none of them is taught.
        """
        taught = [post for post in corrections if not held_back(post.post)] if teach else []
        fixed = read_questions(data_sets)
        questions = [*fixed, *questions_of(post for post in corrections if held_back(post.post))]
        key = key_of(fixed, __version__, self.seed)
        with self.versions.workplace() as place:
            old = self._present_probe(data_sets, place, key)
            new = self._probe(data_sets, place, "after", taught) if taught or old != place / "before" else old
            comparisons = compare(sit(self.open_judge(old), questions), sit(self.open_judge(new), questions))
            for line in table_of(comparisons):
                self.note(line)
            worse = [one.name for one in comparisons if one.worse]
            if worse:
                self.note(f"没有装用：{'、'.join(worse)}变差，超出偶然")
                return Retrained(model=None, comparisons=tuple(comparisons), lessons=count_lessons(taught))
            lessons = list(corrections) if teach else []
            model = self._whole(data_sets, place, lessons)
            result = Retrained(model=model.version, comparisons=tuple(comparisons), lessons=count_lessons(lessons))
            self.versions.keep(place / "whole", model.version, new, _facts(result, key, self.seed))
        self.versions.install(model.version)
        return result

    def _present_probe(self, data_sets: Path, place: Path, key: str) -> Path:
        """The probe that the version in force left behind, else one fitted now as the program's own model was."""
        probe = self.versions.probe
        if probe and self.versions.facts().get("exam") == key:
            return probe
        return self._probe(data_sets, place, "before", [])

    def _probe(self, data_sets: Path, place: Path, name: str, taught: Sequence[TaughtPost]) -> Path:
        self.note("训练一份不含考题的，" + ("用更正" if taught else "不用更正"))
        write_lessons(data_sets, place / f"{name}-lessons", taught)
        self.fit(place / f"{name}-lessons", place / name)
        return place / name

    def _whole(self, data_sets: Path, place: Path, taught: Sequence[TaughtPost]) -> Model:
        self.note("用全部数据训练")
        folder = place / "whole-lessons"
        for path in sorted(data_sets.rglob("*.gz")):
            target = folder / path.relative_to(data_sets)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.resolve())
        if taught:
            write_taught(taught, folder)
        return self.fit(folder, place / "whole")


def _facts(result: Retrained, key: str, seed: int) -> dict[str, Any]:
    return {
        "model": result.model,
        "program": __version__,
        "seed": seed,
        "exam": key,
        "lessons": result.lessons,
        "compared": [asdict(one) | {"worse": one.worse} for one in result.comparisons],
    }
