"""What the contract means for a whole table: its header, its types, the rows that break it, its digest."""

import difflib
import hashlib
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from churn import columns, contract
from churn.terms import Segment

FAULTS = ["row", "column", "check", "value"]


def header_faults(header: Iterable[str], target: bool = True, ignore: Iterable[str] = ()) -> list[str]:
    """Say what a table's header lacks or has too much, a sentence each; nothing if it keeps the contract."""
    found, wanted = list(header), expected(target)
    missing = [name for name in wanted if name not in found]
    extra = [name for name in found if name not in wanted and name not in set(ignore)]
    telling = [name for name in wanted if columns.plain(name) in columns.leaks()]
    return [_missing(name, extra) for name in missing] + [_extra(name) for name in [*extra, *telling]]


def expected(target: bool = True) -> list[str]:
    """List the columns of a raw table."""
    identity = [contract.ID] if contract.ID else []
    return identity + columns.names() + ([contract.TARGET] if target else [])


def typed(raw: pd.DataFrame) -> pd.DataFrame:
    """Give the raw cells their types: trimmed text, float64 numbers, missing where a cell holds no number.

    Columns that the table lacks stay absent; columns outside the contract pass as trimmed text.
    """
    numbers = set(columns.names("number", "flag"))
    texts = {name: cells.astype("str") for name, cells in raw.items()}
    cells = {name: _numbers(text) if name in numbers else text.str.strip() for name, text in texts.items()}
    table = pd.DataFrame(cells, index=raw.index)
    for blank in contract.BLANKS:
        if {blank.column, blank.where} <= set(table):
            stands = (
                table[blank.column].isna() & raw[blank.column].str.strip().eq("") & (table[blank.where] == blank.equals)
            )
            table.loc[stands, blank.column] = blank.value
    return table


def faults(table: pd.DataFrame, raw: pd.DataFrame | None = None, target: bool = True) -> pd.DataFrame:
    """Collect every cell that breaks the contract, as columns row, column, check, value (as it arrived, from `raw`).

    `row` is the index label in `table`, which must be unique.
    """
    try:
        schema(target).validate(table, lazy=True)
    except pa.errors.SchemaErrors as broken:
        cases = broken.failure_cases.dropna(subset=["index"])
        found = pd.DataFrame({"row": cases["index"].astype(int), "column": cases["column"], "check": cases["check"]})
        found["value"] = _as_arrived(found, table if raw is None else raw)
        empty = found["check"].eq("not_nullable")
        found.loc[empty, "check"] = np.where(found.loc[empty, "value"].eq(""), "is blank", "is not a number")
        return found.sort_values(["row", "column"], ignore_index=True)[FAULTS]
    return pd.DataFrame(columns=FAULTS)


@cache
def schema(target: bool = True) -> pa.DataFrameSchema:
    """Derive the Pandera schema of a typed table from the contract."""
    fields = {column.name: _field(column) for column in columns.columns()}
    if contract.ID:
        fields[contract.ID] = pa.Column(None, pa.Check(lambda ids: ids.ne(""), error="is blank"))
    if target:
        labels = [contract.NEGATIVE, contract.POSITIVE]
        fields[contract.TARGET] = pa.Column(None, pa.Check.isin(labels, error=f"is one of {labels}"))
    return pa.DataFrameSchema(fields)


def outcome(table: pd.DataFrame) -> NDArray[np.int64]:
    """Give the target as 0/1, shape (n,)."""
    return np.asarray(table[contract.TARGET].eq(contract.POSITIVE), dtype=np.int64)


def sampling_weights(table: pd.DataFrame) -> NDArray[np.float64]:
    """Tell how many customers each row stands for, shape (n,): 1 where the table does not tell."""
    if columns.SAMPLING_WEIGHT not in table:
        return np.ones(len(table))
    return np.asarray(table[columns.SAMPLING_WEIGHT].fillna(1.0), dtype=np.float64)


def groups(table: pd.DataFrame, segment: Segment) -> pd.Series:
    """Name each row's group: its value, or the band of its number, closed below, the last one open above."""
    cells = table[segment.column]
    if not segment.edges:
        named = cells.astype("category")
        return named.cat.rename_categories(lambda value: f"{value:g}" if isinstance(value, float) else value)
    edges = [*segment.edges[:-1], np.inf]
    names = [f"{low:g} to {high:g}" for low, high in zip(segment.edges[:-1], segment.edges[1:], strict=True)]
    bands: pd.Series = pd.cut(cells, edges, right=False, labels=names)
    return bands


def contradictory(table: pd.DataFrame) -> pd.Series:
    """Tell which rows share all their features with a row of the other outcome."""
    again = table[repeated(table)]
    both = again.groupby(columns.names())[contract.TARGET].transform("nunique").gt(1)
    return both.reindex(table.index, fill_value=False)


def repeated(table: pd.DataFrame) -> pd.Series:
    """Tell which rows share all their features with another; few do, and what asks about them need not group the rest.

    Equal rows hash alike; should different rows do so too, they are among the repeated, and grouping tells them apart.
    """
    numbers = {name: table[name] + 0.0 for name in columns.names("number", "flag")}  # -0.0 and 0.0 are one value
    features = table[columns.names()].assign(**numbers)
    return pd.Series(hashes(features), index=table.index).duplicated(keep=False)


def hashes(rows: pd.DataFrame) -> NDArray[np.uint64]:
    """Hash each row of a typed table, shape (n,); text through its distinct values, which hash as the text does."""
    few = {str(name): cells.astype("category") for name, cells in rows.items() if cells.dtype == "str"}
    return np.asarray(pd.util.hash_pandas_object(rows.assign(**few), index=False), dtype=np.uint64)


def digest(table: pd.DataFrame) -> str:
    """Digest the rows in their order, without the id: the same customers under other names are the same data."""
    kept = [name for name in [*columns.names(), contract.TARGET] if name in table]
    rows = hashes(table[kept])
    return hashlib.sha256(",".join(kept).encode() + rows.tobytes()).hexdigest()


def _numbers(texts: pd.Series) -> pd.Series:
    """Read numbers, each distinct text once."""
    place, distinct = pd.factorize(texts, use_na_sentinel=False)
    read = pd.to_numeric(pd.Series(distinct).str.strip(), errors="coerce").to_numpy(dtype="float64")
    return pd.Series(read[place], index=texts.index)


def _field(column: columns.Column) -> pa.Column:
    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed, error=f"is one of {list(column.allowed)}"))
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, error=f"is at least {column.low:g}"))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, error=f"is at most {column.high:g}"))
    if column.whole:
        checks.append(pa.Check(lambda cells: cells == cells.round(), error="is a whole number"))
    return pa.Column("float64" if column.kind != "category" else None, checks, nullable=False)


def _as_arrived(found: pd.DataFrame, arrived: pd.DataFrame) -> list[str]:
    return [str(arrived.at[row, column]).strip() for row, column in zip(found["row"], found["column"], strict=True)]


def _missing(name: str, extra: list[str]) -> str:
    near = {columns.plain(other): other for other in extra}
    close = difflib.get_close_matches(columns.plain(name), near, n=1, cutoff=0.6)
    hint = f"; rename {near[close[0]]!r} if that is it" if close else ""
    return f"column {name!r} is missing{hint}"


def _extra(name: str) -> str:
    if columns.plain(name) in columns.leaks():
        return (
            f"column {name!r} tells the outcome and must not be learnt from; take it out or name it in prepare.ignore"
        )
    if name == "":
        return "a line has more fields than the header"
    return f"column {name!r} is not in the contract; spell it in contract.py or name it in prepare.ignore"
