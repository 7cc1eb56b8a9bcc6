"""What a load did to a service."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Load:
    """One run of load: answers by status, connections lost, and the latency of every answered request in seconds."""

    requests: int
    errors: int
    seconds: float
    latencies: NDArray[np.float64]
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    last_error: str = ""

    @property
    def rate(self) -> float:
        """Give the requests answered well per second."""
        return (self.requests - self.errors) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Give the latency that `share` of the answers kept within, in milliseconds; NaN without an answer."""
        return float(np.quantile(self.latencies, share)) * 1000 if len(self.latencies) else float("nan")

    @property
    def words(self) -> str:
        """Say it in one line."""
        p50, p95, p99 = (self.quantile(share) for share in (0.5, 0.95, 0.99))
        told = f"{self.rate:,.0f} requests/s, p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms"
        wrong = f", {self.errors} errors ({self.last_error})" if self.last_error else ", no error"
        return f"{told}, {self.requests} in {self.seconds:.1f} s{wrong}"
