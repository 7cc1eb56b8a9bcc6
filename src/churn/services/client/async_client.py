"""The client that does not wait for its answers."""

import asyncio
from types import TracebackType
from typing import Self, TypeVar

import httpx

from churn.errors import ServiceError
from churn.services.client import answers, calling, feedback, operations, overview, predictions, watching
from churn.services.client.answers import Attempts
from churn.services.client.asking import awaits
from churn.services.client.call import Call, headers, request

T = TypeVar("T")


class AsyncChurnClient:
    """The same without waiting: `await client.predict(customer)`."""

    def __init__(self, url: str, key: str | None = None, timeout: float = 10.0, patience: float = 15.0) -> None:
        self.url, self.timeout, self.patience = answers.plain(url), timeout, patience
        self.http = httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers(key), timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Send a call until it is answered, or patience ends. Raises ServiceError."""
        attempts = Attempts(call, self.patience)
        while True:
            try:
                return answers.read(call, await self._once(call))
            except ServiceError as fault:
                await asyncio.sleep(attempts.after(fault))

    async def _once(self, call: Call[T]) -> httpx.Response:
        try:
            return await self.http.request(**request(call, self.timeout))
        except httpx.RequestError as fault:
            raise answers.unheard(fault, self.url, max(self.timeout, call.seconds or 0.0)) from fault

    predict = awaits(predictions.predict)
    predict_batch = awaits(predictions.predict_batch)
    last_prediction = awaits(predictions.last_prediction)
    why = awaits(predictions.why)

    outcome = awaits(feedback.outcome)
    outcomes = awaits(feedback.outcomes)
    contact = awaits(feedback.contact)
    contacts = awaits(feedback.contacts)
    suppress = awaits(feedback.suppress)

    customers = awaits(overview.customers)
    portfolio = awaits(overview.portfolio)
    versions = awaits(overview.versions)
    compare = awaits(overview.compare)
    experiments = awaits(overview.experiments)
    live_experiments = awaits(overview.live_experiments)
    report = awaits(overview.report)

    call_list = awaits(calling.call_list)
    excluded = awaits(calling.excluded)
    curve = awaits(calling.curve)
    campaign = awaits(calling.campaign)

    health = awaits(operations.health)
    ready = awaits(operations.ready)
    model_info = awaits(operations.model_info)
    history = awaits(operations.history)
    performance = awaits(operations.performance)
    drift = awaits(operations.drift)
    service = awaits(operations.service)
    alerts = awaits(operations.alerts)
    readings = awaits(watching.readings)
    decisions = awaits(watching.decisions)
    acknowledge = awaits(operations.acknowledge)
    resolve = awaits(operations.resolve)
    pipeline = awaits(operations.pipeline)
    reload = awaits(operations.reload)
    pin = awaits(operations.pin)
    unpin = awaits(operations.unpin)
    roll_back = awaits(operations.roll_back)
    asked = awaits(operations.asked)
    erase = awaits(operations.erase)
