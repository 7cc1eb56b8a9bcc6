"""What became of an upload."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from churn import contract
from churn.services.api.schemas.portfolio import Bar
from churn.services.api.spelling import IndexedAnswer

BARS = 20
ANSWERS = pa.schema(
    {
        "churn_probability": pa.float64(), "churn": pa.bool_(), "offer": pa.bool_(), "expected_value": pa.float64(),
        "risk_tier": pa.string(), "model_version": pa.int32(), "prediction_id": pa.string(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that breaks the contract; `row` counts customers from 0."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Done:
    """An upload that was scored: its rows with the answers beside them, and what was refused.

    Attributes
    ----------
    key : of the run; nothing is scored twice under one.
    unread : columns beside the contract's, which nothing read.
    named : whether rows carry the customer's name, so that they become the customers' last scores.
    """

    key: str
    name: str
    purpose: str
    unread: list[str]
    named: bool
    parts: list[pa.Table] = field(default_factory=list, repr=False)
    rejects: list[Reject] = field(default_factory=list, repr=False)
    seconds: float = 0.0

    def add(self, rows: pa.Table, answers: list[IndexedAnswer]) -> None:
        """Put answers beside the rows they are about."""
        told = pa.Table.from_pylist([{name: getattr(one, name) for name in ANSWERS.names} for one in answers], ANSWERS)
        kept = rows.take(pa.array([one.index for one in answers], pa.int64()))
        for name in ANSWERS.names:
            kept = kept.append_column(ANSWERS.field(name), told.column(name))
        self.parts.append(kept)

    @property
    def scored(self) -> int:
        """Count the customers who have an answer."""
        return sum(part.num_rows for part in self.parts)

    @property
    def refused(self) -> int:
        """Count the rows that have none."""
        return len({one.row for one in self.rejects})

    def table(self) -> pa.Table:
        """Give all rows with their answers, in the file's order."""
        return pa.concat_tables(self.parts)

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Give a column of numbers, shape (scored,)."""
        cells = self.table().column(name).combine_chunks()
        return np.asarray(cells.cast(pa.float64()).to_numpy(zero_copy_only=False))

    def monthly(self) -> NDArray[np.float64]:
        """Give what each customer pays a month, shape (scored,)."""
        return np.asarray(contract.monthly_value(_Columns(self)))

    def bars(self) -> list[Bar]:
        """Count customers by probability."""
        counts, edges = np.histogram(self.numbers("churn_probability"), BARS, (0.0, 1.0))
        return [Bar(low=low, high=high, customers=many) for low, high, many in _bars(counts, edges)]

    def tiers(self) -> list[dict[str, Any]]:
        """Give each tier's customers, money, and worth, riskiest first."""
        tier = np.asarray(self.table().column("risk_tier").to_pylist())
        risk, monthly, worth = self.numbers("churn_probability"), self.monthly(), self.numbers("expected_value")
        found = [
            {
                "tier": name, "customers": int((mine := tier == name).sum()), "risk": float(risk[mine].mean()),
                "monthly": round(float(monthly[mine].sum())), "worth": round(float(np.maximum(worth[mine], 0).sum())),
            }
            for name in np.unique(tier).tolist()
        ]  # fmt: skip
        return sorted(found, key=lambda one: -one["risk"])


class _Columns(dict[str, Any]):
    """Columns by name, as the contract's own words ask for them."""

    def __init__(self, done: Done) -> None:
        super().__init__()
        self._done = done

    def __missing__(self, name: str) -> Any:
        return self._done.numbers(name)


def _bars(counts: Any, edges: Any) -> Iterator[tuple[float, float, int]]:
    return zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
