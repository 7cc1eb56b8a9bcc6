"""The two inlets: labelled batches to learn from, and batches to judge."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from churn import table
from churn.errors import TableError
from churn.stores.raw_table import read_raw

BATCH = re.compile(r"^\d{4}-\d{2}-\d{2}-.+\.(csv|parquet)$")


@dataclass(frozen=True)
class Newest:
    """The newest batch, typed; or no rows and the reason."""

    file: str | None = None
    rows: pd.DataFrame | None = None
    fault: str = ""


def batches(folder: Path) -> list[Path]:
    """List the batches of an inlet, oldest first; raise TableError for a file whose name has no date."""
    found = sorted(path for path in folder.iterdir() if path.suffix != ".dvc" and not path.name.startswith("."))
    for path in found:
        if not BATCH.match(path.name):
            raise TableError(f"{path}: name it <YYYY-MM-DD>-<anything>.csv or .parquet, so that batches have an order")
    return found


def newest(folder: Path) -> Newest:
    """Read the newest batch of an inlet; what cannot be read is a fault to be told, not raised."""
    try:
        found = batches(folder)
    except (TableError, OSError) as fault:
        return Newest(fault=str(fault))
    return _read(found[-1]) if found else Newest(fault=f"there is no batch in {folder}")


def _read(path: Path) -> Newest:
    try:
        return Newest(path.name, table.typed(read_raw(path)))
    except (TableError, OSError) as fault:
        return Newest(path.name, fault=str(fault))
