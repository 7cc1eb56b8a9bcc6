"""Nobody's row goes out: categories are shared by a whole group, numbers are blends of all its members."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns, contract, table
from churn.errors import TableError
from churn.steps.anonymise.grouping import Numbers, Places, coded, group

CENTS = 2


@dataclass(frozen=True)
class Anonymised:
    """The table that may go out, as raw text, and what became of the one that came."""

    rows: pd.DataFrame
    arrived: int
    dropped_columns: list[str]
    groups: int
    smallest: int
    equal: int
    """Rows that are a real one's by chance, in groups whose members hardly differ."""
    told_outcome: float
    """The share of customers in whose group all have the same outcome: who knows the group knows it."""

    @property
    def words(self) -> str:
        """Say what was done, and what is left to know."""
        left, target = self.arrived - len(self.rows), contract.TARGET in self.rows
        said = [
            f"{len(self.rows):,} of {self.arrived:,} customers in {self.groups:,} groups of at least {self.smallest}"
        ]
        if self.equal:
            said.append(f"{self.equal:,} of them equal a real one by chance, among many alike")
        if left:
            said.append(f"{left:,} rows left out: they break the contract, or are of a customer told twice")
        if self.dropped_columns:
            said.append(f"columns left out: {', '.join(self.dropped_columns)}")
        if target:
            said.append(
                f"{self.told_outcome:.0%} are in a group whose members all have one outcome, which tells theirs "
                "(--no-outcome leaves it out)"
            )
        return "; ".join(said)


def anonymise(raw: pd.DataFrame, least: int, outcome: bool, chance: np.random.Generator) -> Anonymised:
    """Make a table in which every combination of categories is shared by `least` customers or more.

    Every number is a blend of that many customers' own, ids are new, the order is drawn, and what the contract does
    not spell is left out. Raises TableError where there are too few customers.
    """
    target = outcome and contract.TARGET in raw
    rows = _sound(raw, target)
    if len(rows) < least:
        raise TableError(f"{len(rows)} customers keep the contract; a group needs {least}, so nothing can go out")
    points = coded(rows)
    found = group(points, least)
    order = chance.permutation(len(rows))
    drawn = _blended(rows, points, found, chance).iloc[order].reset_index(drop=True)
    spelt = _raw(drawn)
    return Anonymised(
        rows=spelt,
        arrived=len(raw),
        dropped_columns=[str(name) for name in raw if name not in table.expected(target)],
        groups=len(found),
        smallest=min(map(len, found)),
        equal=_equal(table.typed(spelt), rows),
        told_outcome=_told(table.outcome(rows), found) if target else 0.0,
    )


def _sound(raw: pd.DataFrame, target: bool) -> pd.DataFrame:
    """Give a typed row a customer, of those that keep the contract. Raises TableError where the header does not."""
    missing = [name for name in table.expected(target) if name not in raw and name != contract.ID]
    if missing:
        raise TableError(
            f"the table lacks {', '.join(missing)}; it is not one of customers, and nothing is known of it"
        )
    once = raw.drop_duplicates(contract.ID, keep="last") if contract.ID in raw else raw
    typed = table.typed(once.assign(**({contract.ID: "x"} if contract.ID else {})))
    broken = typed.index.isin(table.faults(typed, target=target)["row"])
    sound: pd.DataFrame = typed.loc[~broken, columns.names() + ([contract.TARGET] if target else [])]
    return sound


def _blended(rows: pd.DataFrame, points: Numbers, found: list[Places], chance: np.random.Generator) -> pd.DataFrame:
    """Blend each group's numbers anew for each row; give all its rows the categories of its most typical member."""
    numbers = rows[columns.names("number")].to_numpy(float)
    mixed, typical = np.empty_like(numbers), np.empty(len(rows), int)
    for here in found:
        mixed[here] = _weights(len(here), chance) @ numbers[here]
        typical[here] = here[_most_typical(points[here])]
    shared = rows[columns.names("flag", "category")].iloc[typical].set_axis(rows.index)
    return rows.assign(**{str(name): cells for name, cells in shared.items()}).assign(
        **dict(zip(columns.names("number"), mixed.T, strict=True))
    )


def _weights(size: int, chance: np.random.Generator) -> Numbers:
    """Draw how much of each member is in each blend, shape (n, n): something of everybody, and of nobody most."""
    drawn: Numbers = chance.dirichlet(np.ones(size), size)
    return (drawn + 1 / size) / 2


def _most_typical(points: Numbers) -> int:
    """Find who lies nearest to the middle."""
    return int(np.square(points - points.mean(0)).sum(1).argmin())


def _equal(spelt: pd.DataFrame, rows: pd.DataFrame) -> int:
    out, real = (table.hashes(one[columns.names()]) for one in (spelt, rows))
    return int(np.isin(out, real).sum())


def _told(left: NDArray[np.int64], found: list[Places]) -> float:
    alike = sum(len(here) for here in found if left[here].min() == left[here].max())
    return alike / len(left)


def _raw(rows: pd.DataFrame) -> pd.DataFrame:
    """Spell the table as a raw one, with ids that name nobody."""
    spelt = pd.DataFrame({str(name): _spelt(cells, str(name)) for name, cells in rows.items()})
    if contract.ID:
        spelt.insert(0, contract.ID, [f"anonymous-{number:07d}" for number in range(1, len(spelt) + 1)])
    return spelt


def _spelt(cells: pd.Series, name: str) -> pd.Series:
    """Spell a column as the raw table does."""
    column = next((one for one in columns.columns() if one.name == name), None)
    if column is None or column.kind == "category":
        return cells.astype("str")
    whole = column.kind == "flag" or column.whole
    return cells.map(lambda value: f"{value:.0f}" if whole else f"{value:.{CENTS}f}").astype("str")
