"""What a change of model would do to the customers: who changes tier, whose revenue moves, who flips."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from churn import columns, contract
from churn.lifecycle.duel import Duel, Numbers

CALLED = 0.2
"""The call list is this share of the customers, those most likely to leave."""
FLIPS, DIGITS = 10, 6


class Move(BaseModel):
    """The customers of one tier under the champion who are in one tier under the challenger."""

    model_config = ConfigDict(frozen=True)

    champion: str
    challenger: str
    customers: int
    monthly_revenue: float


class Flip(BaseModel):
    """One of the customers whose probability changes most; `row` counts from 0 in the table that was scored.

    No id stands here: this is kept in the registry and shown to whoever may see versions.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    customer: dict[str, str | float]
    monthly_revenue: float
    champion: float
    challenger: float
    champion_tier: str
    challenger_tier: str
    left: bool

    @property
    def words(self) -> str:
        """Tell it as a line of text."""
        known = (f"{value:g}" if isinstance(value, float) else value for value in self.customer.values())
        told = ", ".join(f"{name} {value}" for name, value in zip(self.customer, known, strict=True))
        came = "left" if self.left else "stayed"
        tiers = f"{self.champion_tier} -> {self.challenger_tier}"
        return f"row {self.row}: {self.champion:.3f} -> {self.challenger:.3f} ({tiers}, {came}) {told}"


class Migration(BaseModel):
    """Where customers would go; revenue is a month's, in the contract's currency."""

    model_config = ConfigDict(frozen=True)

    rows: int
    monthly_revenue: float
    moved_customers: int
    moved_revenue: float
    called: int
    called_by_both: int
    moves: list[Move]
    flips: list[Flip]

    @property
    def words(self) -> str:
        """Tell it as lines of text."""
        return "\n".join([*self._headline(), *self._table(), *self._flipping()])

    def _headline(self) -> list[str]:
        customers = f"{self.moved_customers:,} of {self.rows:,} ({_share(self.moved_customers, self.rows)})"
        share = _share(self.moved_revenue, self.monthly_revenue)
        return [
            f"  change tier: {customers} customers",
            f"  with them move: {self.moved_revenue:,.0f} of {self.monthly_revenue:,.0f} a month ({share})",
            f"  stay on the call list ({CALLED:.0%} of all): {self.called_by_both:,} of {self.called:,}",
        ]

    def _table(self) -> list[str]:
        head = f"  {'champion':<12} {'challenger':<12} {'customers':>9} {'a month':>12}"
        lines = [
            f"  {one.champion:<12} {one.challenger:<12} {one.customers:>9,} {one.monthly_revenue:>12,.0f}"
            for one in self.moves
        ]
        return [head, *lines]

    def _flipping(self) -> list[str]:
        return [f"  {one.words}" for one in self.flips]


def migrate(duel: Duel, champion: dict[str, float], challenger: dict[str, float]) -> Migration:
    """Put the customers into the tiers of both models, each by its own bounds, and count who moves."""
    champion, challenger = (dict(sorted(one.items(), key=lambda tier: tier[1])) for one in (champion, challenger))
    old, new = place(duel.champion, champion), place(duel.challenger, challenger)
    monthly = np.asarray(contract.monthly_value(duel.rows), dtype=float)
    moved = old != new
    called = [_called(churn) for churn in (duel.champion, duel.challenger)]
    return Migration(
        rows=len(moved),
        monthly_revenue=_money(monthly),
        moved_customers=int(moved.sum()),
        moved_revenue=_money(monthly[moved]),
        called=int(called[0].sum()),
        called_by_both=int((called[0] & called[1]).sum()),
        moves=_moves(old, new, monthly, champion, challenger),
        flips=_flips(duel, old, new, monthly),
    )


def place(churn: Numbers, tiers: dict[str, float]) -> NDArray[Any]:
    """Name each customer's tier, shape (n,)."""
    over = sum((churn >= bound).astype(int) for bound in sorted(tiers.values())[1:])
    names: NDArray[Any] = np.array(sorted(tiers, key=tiers.__getitem__), dtype=object)
    found: NDArray[Any] = names[np.zeros(len(churn), int) + over]
    return found


def _called(churn: Numbers) -> NDArray[np.bool_]:
    """Tell who is on the call list; of equals the first in the table."""
    first = np.argsort(-churn, kind="stable")[: round(CALLED * len(churn))]
    return np.isin(np.arange(len(churn)), first)


def _moves(
    old: NDArray[Any], new: NDArray[Any], monthly: Numbers, champion: dict[str, float], challenger: dict[str, float]
) -> list[Move]:
    cells = ((before, after, (old == before) & (new == after)) for before in champion for after in challenger)
    return [
        Move(champion=before, challenger=after, customers=int(there.sum()), monthly_revenue=_money(monthly[there]))
        for before, after, there in cells
    ]


def _flips(duel: Duel, old: NDArray[Any], new: NDArray[Any], monthly: Numbers) -> list[Flip]:
    change = np.round(np.abs(duel.challenger - duel.champion), DIGITS)
    return [
        Flip(
            row=int(duel.rows.index[at]),
            customer=_features(duel.rows.iloc[at]),
            monthly_revenue=_money(monthly[at]),
            champion=round(float(duel.champion[at]), DIGITS),
            challenger=round(float(duel.challenger[at]), DIGITS),
            champion_tier=old[at],
            challenger_tier=new[at],
            left=bool(duel.outcome[at]),
        )
        for at in np.argsort(-change, kind="stable")[:FLIPS]
        if change[at] > 0
    ]


def _features(row: "pd.Series[Any]") -> dict[str, str | float]:
    return {name: row[name] for name in columns.names() if any(name == one.column for one in contract.SEGMENTS)}


def _money(amounts: Any) -> float:
    return round(float(np.sum(amounts)), 2)


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "none"
