"""A process of the office that is running, and the configuration that it read when it began."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(seconds=60)
"""A process that has not been heard of for so long is taken to be gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningProcess:
    """`process` is its name as a holder of leases, `config` the digest of the folder that it read."""

    process: str
    role: str
    config: str
    began_at: datetime
    seen_at: datetime
