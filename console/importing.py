"""Brings the rows of files in through intake: `huiying import`, and the demonstration's exports."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec
from tqdm import tqdm

from console.wiring import Office
from crawlers.files import FileNote, FileProblem, read_file
from huiying.post import RawPost

_AT_ONCE = 1000
Row = TypeVar("Row")


class _Rejects:
    """The file in the office's folder that holds, by line, what one import refused and why; made when needed."""

    def __init__(self, folder: Path, imported: Path) -> None:
        self.path = folder / f"{imported.name}.rejects.jsonl"
        self.count = 0
        self.path.unlink(missing_ok=True)

    def add(self, where: str, reason: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode({"where": where, "reason": reason}) + b"\n")
        self.count += 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What came of the rows of some files."""

    new: int = 0
    changed: int = 0
    known: int = 0
    rejected: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            known=self.known + other.known,
            rejected=self.rejected + other.rejected,
        )


def rejects_folder(office: Office) -> Path:
    """Where the refused rows of imported files are written down; never beside the file, which may not be ours."""
    return office.settings.data / "rejects"


def import_file(office: Office, file: Path, *, source: str | None) -> Imported:
    """Take every row of a file in; what is refused is written to `rejects_folder` by line, the rest goes on."""
    intake, counts = office.intake(), Counter[str]()
    rejects = _Rejects(rejects_folder(office), file)
    rows = read_file(file, office.policy.intake, source=source, now=office.clock.now())
    with tqdm(desc=file.name, unit="条", file=sys.stderr, disable=None) as progress:
        for batch in _batches(rows):
            good = [(where, row) for where, row in batch if isinstance(row, RawPost)]
            taken = intake.take([post for _, post in good], [where for where, _ in good])
            for where, row in batch:
                if isinstance(row, FileProblem):
                    rejects.add(where, row.reason)
                elif isinstance(row, FileNote):
                    progress.write(f"{where}：{row.note}", file=sys.stderr)
            for rejection in taken.rejected:
                rejects.add(rejection.where, rejection.reason)
            for remark in taken.notes:
                progress.write(f"{remark.where}：{remark.note}", file=sys.stderr)
            counts.update(new=taken.new, changed=taken.changed, known=taken.known)
            progress.update(len(batch))
    return Imported(**counts, rejected=rejects.count)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _AT_ONCE)):
        yield batch
