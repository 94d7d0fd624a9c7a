"""Reads `config/scans.yaml`: how large a scan may be, and how many one matter takes."""

from pathlib import Path

from pydantic import Field

from huiying.policy.reading import OfficeModel, read_office_file


class ScanRules(OfficeModel):
    """The office's own choice."""

    largest_mb: float = Field(gt=0, le=50)
    most_per_matter: int = Field(ge=1, le=1_000)

    @property
    def largest_bytes(self) -> int:
        """The same in bytes."""
        return int(self.largest_mb * 1024 * 1024)


def read_scans(config_dir: Path) -> ScanRules:
    """The office's rules of scans."""
    return read_office_file(config_dir / "scans.yaml", ScanRules)
