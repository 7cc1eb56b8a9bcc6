"""Put the customers into the tiers of two models, and count who would move."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns, contract
from churn.lifecycle.duel import Duel, Numbers
from churn.lifecycle.migration import CALLED, Flip, Migration, Move

FLIPS, DIGITS = 10, 6


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
