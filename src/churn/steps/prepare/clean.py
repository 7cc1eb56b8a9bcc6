"""From raw cells to accepted rows and rows set aside, with the reason for each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from churn import columns, contract, table

EARLIEST, LATEST = pd.Timedelta(days=3653), pd.Timedelta(days=31)
"""How far before and after the date in a batch's name its rows may have been observed."""
MOST = 1000
"""Customers that one row may stand for: one that stood for more would decide alone."""
PLACE = ["source", "row"]
QUARANTINE = [*PLACE, "column", "check", "value", "record"]


@dataclass(frozen=True)
class Cleaned:
    """A table that arrived: `accepted` rows are typed and know their source and row; the others have a fault a line."""

    source: str
    arrived: int
    accepted: pd.DataFrame
    quarantine: pd.DataFrame


def clean(raw: pd.DataFrame, source: str, ignore: list[str], dated: bool) -> Cleaned:
    """Type the cells of a raw table and set aside the rows that break the contract.

    `raw` holds text, its index counts the rows as an editor does; rows of a `dated` table say when they were observed.
    """
    kept = raw.drop(columns=[name for name in ignore if name in raw])
    if wrong := header_faults(kept, dated):
        return Cleaned(source, len(raw), _typed(kept.iloc[:0], source), _aside(_all_rows(kept, wrong[0]), kept, source))
    typed = _typed(kept, source)
    found = pd.concat([table.faults(typed, kept), _torn(kept), _undated(typed, kept, dated)])
    found = pd.concat([found, _misdated(typed, source), _unweighable(typed, kept)], ignore_index=True)
    return Cleaned(source, len(raw), without(typed, typed.index.isin(found["row"])), _aside(found, kept, source))


def without(rows: pd.DataFrame, gone: Any) -> pd.DataFrame:
    """Leave out the rows where `gone`, shape (n,), is true; a large table is not copied for nothing."""
    return rows[~gone] if gone.any() else rows


def header_faults(raw: pd.DataFrame, dated: bool) -> list[str]:
    """Say what the header of a raw table lacks or has too much."""
    own = {"", "observed_at", columns.SAMPLING_WEIGHT} if dated else {""}
    undated = ["column 'observed_at' is missing; say on which day (YYYY-MM-DD) each row was observed"]
    return table.header_faults([str(name) for name in raw if name not in own]) + undated * (
        dated and "observed_at" not in raw
    )


def conflicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Set aside the rows of one id that differ on the same day of observation: nobody can tell which one is true."""
    twice = rows.duplicated([contract.ID, "observed_at"], keep=False) if contract.ID else rows["row"].lt(0)
    found = rows.loc[twice, PLACE].assign(column=contract.ID or "", check="has one record a day of observation")
    found["value"] = rows.loc[twice, contract.ID or "source"]
    return found.assign(record=_records(rows.loc[twice].drop(columns=PLACE)))


def _typed(raw: pd.DataFrame, source: str) -> pd.DataFrame:
    present = [name for name in table.expected() if name in raw]
    known = table.typed(raw[present]).assign(observed_at=_days(raw), source=source, row=raw.index)
    return known.assign(**{columns.SAMPLING_WEIGHT: _weights(raw)}) if columns.SAMPLING_WEIGHT in raw else known


def _weights(raw: pd.DataFrame) -> pd.Series:
    """Read how many customers each row stands for; nothing stands for 1, what is no number stays missing."""
    told = raw[columns.SAMPLING_WEIGHT].str.strip()
    return pd.to_numeric(told.mask(told.eq(""), "1"), errors="coerce").astype("float64")


def _days(raw: pd.DataFrame) -> pd.Series:
    days = raw["observed_at"].str.strip() if "observed_at" in raw else pd.Series("", index=raw.index, dtype="str")
    midnight = days.str.replace(r"[ T]00:00:00(\.0+)?$", "", regex=True)
    parsed = pd.to_datetime(midnight, format="%Y-%m-%d", errors="coerce")
    return midnight.where(parsed.notna(), "").astype("str")


def _aside(found: pd.DataFrame, raw: pd.DataFrame, source: str) -> pd.DataFrame:
    records = _records(raw.loc[found["row"].unique()])
    lines = found.assign(source=source, record=found["row"].map(records))
    return lines.sort_values(["row", "column"], ignore_index=True)[QUARANTINE].astype({"row": "int64"})


def _records(rows: pd.DataFrame) -> "pd.Series[str]":
    """Spell each row as JSON, so that it can be mended and sent again."""
    lines = rows.to_json(orient="records", lines=True).splitlines() if len(rows) else []
    return pd.Series(lines, index=rows.index, dtype="str")


def _all_rows(raw: pd.DataFrame, reason: str) -> pd.DataFrame:
    return pd.DataFrame({"row": raw.index, "column": "", "check": reason, "value": ""})


def _torn(raw: pd.DataFrame) -> pd.DataFrame:
    surplus = raw[""] if "" in raw else pd.Series("", index=raw.index, dtype="str")
    return _one_check(surplus[surplus.ne("")], "", "has as many fields as the header")


def _undated(typed: pd.DataFrame, raw: pd.DataFrame, dated: bool) -> pd.DataFrame:
    days = raw["observed_at"] if dated else typed["observed_at"]
    return _one_check(days[typed["observed_at"].eq("") & dated], "observed_at", "is a day YYYY-MM-DD")


def _misdated(typed: pd.DataFrame, source: str) -> pd.DataFrame:
    """Set aside days that no row of this batch can have: one of them would become the newest period of all."""
    named: Any = pd.to_datetime(Path(source).name[:10], format="%Y-%m-%d", errors="coerce")
    days = pd.to_datetime(typed["observed_at"], format="%Y-%m-%d", errors="coerce")
    wrong = (days > named + LATEST) | (days < named - EARLIEST)
    return _one_check(typed.loc[wrong, "observed_at"], "observed_at", "is near the date in the file's name")


def _unweighable(typed: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """Set aside rows that stand for nobody, or for nobody knows how many."""
    if columns.SAMPLING_WEIGHT not in typed:
        return pd.DataFrame(columns=table.FAULTS)
    told = raw.loc[~typed[columns.SAMPLING_WEIGHT].between(1, MOST), columns.SAMPLING_WEIGHT]
    return _one_check(told, columns.SAMPLING_WEIGHT, f"is a number from 1 to {MOST}")


def _one_check(values: pd.Series, column: str, check: str) -> pd.DataFrame:
    return pd.DataFrame({"row": values.index, "column": column, "check": check, "value": values.to_numpy()})
