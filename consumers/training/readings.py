"""Labels that readers gave to rows of the data sets: only row ids and labels are kept here, never the texts."""

import csv
from pathlib import Path

_READINGS = Path(__file__).parent / "readings"


def read_labels() -> dict[str, str]:
    """Lead bureau by `set:row`, as read with the routing guide."""
    labels: dict[str, str] = {}
    for path in sorted(_READINGS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            labels.update({f"{path.stem}:{row['id']}": row["bureau"] for row in csv.DictReader(lines)})
    return labels
