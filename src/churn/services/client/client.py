"""The client that waits for its answers; async_client.py has the one that does not."""

import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from churn.errors import ServiceError
from churn.services.client import answers, calling, feedback, operations, overview, predictions, watching
from churn.services.client.answers import Attempts
from churn.services.client.asking import asks
from churn.services.client.call import Call, headers, request
from churn.services.client.files import FileAnswer, score_file

T = TypeVar("T")


class ChurnClient:
    """A client of the service at `url`; it may be shared by threads. Every method raises ServiceError.

    What is safe to send twice is sent again, for at most `patience` seconds altogether, when the service is away, slow
    or busy; a Retry-After is honoured. Predictions and feedback are safe: each goes under an Idempotency-Key.
    """

    def __init__(self, url: str, key: str | None = None, timeout: float = 10.0, patience: float = 15.0) -> None:
        self.url, self.timeout, self.patience = answers.plain(url), timeout, patience
        self.http = httpx.Client(base_url=url.rstrip("/"), headers=headers(key), timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def send(self, call: Call[T]) -> T:
        """Send a call until it is answered, or patience ends. Raises ServiceError."""
        attempts = Attempts(call, self.patience)
        while True:
            try:
                return answers.read(call, self.once(call))
            except ServiceError as fault:
                time.sleep(attempts.after(fault))

    def once(self, call: Call[T]) -> httpx.Response:
        """Send a call a single time. Raises ServiceDown, ServiceSlow."""
        try:
            return self.http.request(**request(call, self.timeout))
        except httpx.RequestError as fault:
            raise answers.unheard(fault, self.url, max(self.timeout, call.seconds or 0.0)) from fault

    def raw(self, method: str, path: str, **said: Any) -> httpx.Response:
        """Ask for an address in words of one's own, once; any status is an answer. Raises ServiceDown, ServiceSlow."""
        try:
            return self.http.request(method, path, **said)
        except httpx.RequestError as fault:
            raise answers.unheard(fault, self.url, self.timeout) from fault

    def predict_file(
        self, path: Path, out: Path, *, rejects: Path | None = None, ignore: Sequence[str] = (),
        purpose: str = "production",
    ) -> FileAnswer:  # fmt: skip
        """Score a file into another of the same form; the rejected rows go to `rejects`. Raises ServiceError."""
        return score_file(self.http, path, out, rejects, {"ignore": ",".join(ignore), "purpose": purpose})

    predict = asks(predictions.predict)
    predict_batch = asks(predictions.predict_batch)
    last_prediction = asks(predictions.last_prediction)
    why = asks(predictions.why)

    outcome = asks(feedback.outcome)
    outcomes = asks(feedback.outcomes)
    contact = asks(feedback.contact)
    contacts = asks(feedback.contacts)
    suppress = asks(feedback.suppress)

    customers = asks(overview.customers)
    portfolio = asks(overview.portfolio)
    versions = asks(overview.versions)
    compare = asks(overview.compare)
    experiments = asks(overview.experiments)
    live_experiments = asks(overview.live_experiments)
    report = asks(overview.report)

    call_list = asks(calling.call_list)
    excluded = asks(calling.excluded)
    curve = asks(calling.curve)
    campaign = asks(calling.campaign)

    health = asks(operations.health)
    ready = asks(operations.ready)
    model_info = asks(operations.model_info)
    history = asks(operations.history)
    performance = asks(operations.performance)
    drift = asks(operations.drift)
    service = asks(operations.service)
    alerts = asks(operations.alerts)
    readings = asks(watching.readings)
    decisions = asks(watching.decisions)
    acknowledge = asks(operations.acknowledge)
    resolve = asks(operations.resolve)
    pipeline = asks(operations.pipeline)
    reload = asks(operations.reload)
    pin = asks(operations.pin)
    unpin = asks(operations.unpin)
    roll_back = asks(operations.roll_back)
    asked = asks(operations.asked)
    erase = asks(operations.erase)
