"""What came of a file: counts, money, digests."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from churn.scoring.files.answers import Answers  # these know pyarrow; whoever reads a tally need not
    from churn.scoring.files.check import Rejected


@dataclass(slots=True)
class Tally:
    """Sums over the blocks of a file; `expected_value` is that of the customers to whom to make the offer."""

    rows: int = 0
    rejected: int = 0
    flagged: int = 0
    offers: int = 0
    expected_value: float = 0.0
    tiers: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    input_digest: str = ""
    output_digest: str = ""

    def add(self, said: "Answers", rejected: "list[Rejected]") -> None:
        """Count a block."""
        offer = said["offer"]
        self.rows += len(offer)
        self.flagged += int(np.count_nonzero(said["churn"]))
        self.offers += int(np.count_nonzero(offer))
        self.expected_value += float(said["expected_value"][offer].sum())
        tiers = said["risk_tier"]
        many = np.bincount(tiers.codes, minlength=len(tiers.values)).tolist()
        self.tiers.update(dict(zip(tiers.values, many, strict=True)))
        self.rejected += len(rejected)
        self.refused.update((fault.column, fault.reason) for one in rejected for fault in one.faults)
