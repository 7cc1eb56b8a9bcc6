"""Clients that count: every request of the day, and every one that failed."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from churn import contract
from churn.errors import ServiceError
from churn.services.client import predictions
from churn.services.client.call import Call
from churn.services.client.client import ChurnClient

PATIENCE, EVERY = 60.0, 0.08
FAULT = 500


@dataclass
class Counted:
    """How many requests were answered, how many were not or with a fault of the service, and what these were."""

    answered: int = 0
    failed: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def fail(self, why: str) -> None:
        """Count a failure."""
        self.failed += 1
        self.faults[why] += 1


class CountingClient(ChurnClient):
    """The product's client; each attempt counts, also one that is made again."""

    def __init__(self, url: str, counted: Counted, patience: float = PATIENCE) -> None:
        super().__init__(url, timeout=PATIENCE, patience=patience)
        self.counted = counted

    def once(self, call: Call[Any]) -> httpx.Response:
        """Send a call a single time, and count what became of it."""
        try:
            answer = super().once(call)
        except ServiceError as fault:
            self.counted.fail(f"{call.path}: {type(fault).__name__}")
            raise
        if answer.status_code >= FAULT:
            self.counted.fail(f"{call.path}: {answer.status_code}")
        else:
            self.counted.answered += 1
        return answer


class Probe:
    """Somebody who asks for one score ten times a second, all day, whatever happens behind the service."""

    def __init__(self, url: str) -> None:
        self.counted = Counted()
        self._client = CountingClient(url, self.counted, patience=0.0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE)
        self._client.close()

    def _ask(self) -> None:
        while not self._over.wait(EVERY):
            try:
                self._client.once(predictions.predict(contract.EXAMPLE, purpose="test"))
            except ServiceError:
                continue
