"""The tables that arrived become one: split, weighted, and counted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churn import columns, contract, table
from churn.errors import TableError
from churn.params.prepare import Prepare
from churn.steps.prepare import clean as cleaning
from churn.steps.prepare import periods, split


@dataclass(frozen=True)
class Prepared:
    """What later stages read; `arrivals` counts, for each source, the rows that came and what became of them."""

    train: pd.DataFrame
    test: pd.DataFrame
    reference: pd.DataFrame
    quarantine: pd.DataFrame
    arrivals: list[dict[str, Any]]

    @property
    def rows(self) -> pd.DataFrame:
        """Give the rows that are learnt from or tested on."""
        return pd.concat([self.train, self.test], ignore_index=True)

    @property
    def words(self) -> str:
        """Say how many rows went where."""
        aside = sum(source["quarantined"] for source in self.arrivals)
        first = self.quarantine.drop_duplicates("source")
        reasons = [f"; {line.source}: {line.column} {line.check}".replace(":  ", ": ") for line in first.itertuples()]
        return f"{len(self.train):,} train, {len(self.test):,} test, {aside:,} set aside{''.join(reasons)}"


def prepare(base: pd.DataFrame, batches: dict[str, pd.DataFrame], params: Prepare, name: str = "base") -> Prepared:
    """Join the base table and the labelled batches, all raw text; raise TableError if the base has the wrong header."""
    refuse_header(base, params.ignore, name)
    cleaned = [cleaning.clean(base, name, params.ignore, dated=False)]
    cleaned += [cleaning.clean(raw, source, params.ignore, dated=True) for source, raw in batches.items()]
    joined = pd.concat([one.accepted for one in cleaned], ignore_index=True)
    once = cleaning.without(joined, _again(joined)) if contract.ID else joined
    torn = cleaning.conflicts(once)
    rows = cleaning.without(once, once.index.isin(torn.index))
    quarantine = pd.concat([*(one.quarantine for one in cleaned), torn], ignore_index=True)[cleaning.QUARANTINE]
    return _divide(rows, quarantine, count_arrivals(cleaned, once, joined, quarantine), params)


def refuse_header(base: pd.DataFrame, ignore: list[str], name: str) -> None:
    """Raise TableError if the base table lacks a column, has one too many, or has no rows."""
    wrong = cleaning.header_faults(base.drop(columns=[column for column in ignore if column in base]), dated=False)
    if wrong:
        raise TableError("\n  ".join([f"{name}: its header does not keep the contract:", *wrong]))
    if base.empty:
        raise TableError(f"{name}: a header without rows; give it a line per customer")


def count_arrivals(
    cleaned: list[cleaning.Cleaned], once: pd.DataFrame, joined: pd.DataFrame, quarantine: pd.DataFrame
) -> list[dict[str, Any]]:
    """Count each source's rows: arrived = accepted + duplicates + quarantined."""
    aside = quarantine.drop_duplicates(cleaning.PLACE)["source"].value_counts()
    twice = joined["source"].value_counts().sub(once["source"].value_counts(), fill_value=0)
    lines = []
    for one in cleaned:
        duplicates, quarantined = int(twice.get(one.source, 0)), int(aside.get(one.source, 0))
        accepted = one.arrived - duplicates - quarantined
        lines.append({"source": one.source, "arrived": one.arrived, "accepted": accepted})
        lines[-1] |= {"duplicates": duplicates, "quarantined": quarantined}
    return lines


def _again(joined: pd.DataFrame) -> pd.Series:
    """Tell which rows came before in the same words; only rows of one id can have."""
    named = joined[joined.duplicated(contract.ID, keep=False)]
    return named.duplicated(_content(joined)).reindex(joined.index, fill_value=False)


def _content(rows: pd.DataFrame) -> list[str]:
    return [str(column) for column in rows if column not in cleaning.PLACE]


def _divide(rows: pd.DataFrame, quarantine: pd.DataFrame, arrivals: list[dict[str, Any]], params: Prepare) -> Prepared:
    weighed = periods.weigh(periods.number_periods(_whole(rows[_content(rows)]), params), params)
    test = split.is_test(weighed, params.seed, params.test_share)
    train = weighed[~test & periods.in_window(weighed, params)].reset_index(drop=True)
    return Prepared(train, weighed[test].reset_index(drop=True), _reference(train, params), quarantine, arrivals)


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Let each row tell how many customers it stands for, if any row does."""
    if columns.SAMPLING_WEIGHT not in rows:
        return rows
    return rows.assign(**{columns.SAMPLING_WEIGHT: table.sampling_weights(rows)})


def _reference(train: pd.DataFrame, params: Prepare) -> pd.DataFrame:
    """Draw the rows that stand for "normal": a customer as often as there are such customers, and nobody twice.

    Where rows stand for several, each is kept with a chance in proportion, so that what is left is as all customers
    are; a row that were repeated instead would make the drift check surer than it can be.
    """
    weight = table.sampling_weights(train)
    even = train
    if len(train) and weight.min() != weight.max():
        chance = np.random.default_rng(params.seed).random(len(train))
        even = train[chance < weight / weight.max()].reset_index(drop=True)
        even = even.assign(**{columns.SAMPLING_WEIGHT: 1.0})
    if len(even) <= params.reference_rows:
        return even
    return even.sample(params.reference_rows, random_state=params.seed).sort_index(ignore_index=True)
