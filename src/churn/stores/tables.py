"""Tables on disk: read whole or refused, written aside and renamed."""

from pathlib import Path

import pandas as pd

from churn.errors import TableError
from churn.stores.files import aside


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet, by the ending of `path`."""
    with aside(path) as draft:
        if path.suffix == ".csv":
            table.to_csv(draft, index=False, lineterminator="\n")
        else:
            table.to_parquet(draft, index=False)


def write_tables(tables: dict[Path, pd.DataFrame]) -> None:
    """Write each table to its path."""
    for path, table in tables.items():
        write_table(table, path)


def read_typed(path: Path) -> pd.DataFrame:
    """Read a Parquet table that an earlier stage wrote."""
    return read_parquet(path, "delete it and run `dvc repro`")


def read_parquet(path: Path, advice: str) -> pd.DataFrame:
    """Read a Parquet table; `advice` says what to do about one that is none."""
    try:
        return pd.read_parquet(path)
    except (ValueError, TypeError, OSError) as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        raise TableError(f"{path}: not a Parquet table ({str(fault).splitlines()[0]}); {advice}") from fault
