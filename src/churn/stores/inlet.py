"""The inlet of the batch to judge: whatever lies there is read, or said why not."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from churn import table
from churn.errors import TableError
from churn.stores import files


@dataclass(frozen=True)
class Arrival:
    """The newest batch, typed; or no rows and the reason."""

    file: str | None = None
    rows: pd.DataFrame | None = None
    fault: str = ""


def newest(folder: Path) -> Arrival:
    """Read the newest batch of an inlet; what cannot be read is a fault to be told, not raised."""
    try:
        found = files.batches(folder)
    except (TableError, OSError) as fault:
        return Arrival(fault=str(fault))
    return _read(found[-1]) if found else Arrival(fault=f"there is no batch in {folder}")


def _read(path: Path) -> Arrival:
    try:
        return Arrival(path.name, table.typed(files.read_raw(path)))
    except (TableError, OSError) as fault:
        return Arrival(path.name, fault=str(fault))
