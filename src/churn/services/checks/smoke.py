"""Does it answer, and sensibly? Seconds, and one prediction of purpose test."""

from collections.abc import Mapping
from functools import partial

from churn.services.checks.check import Doing, expect, refused
from churn.services.checks.customers import customers
from churn.services.client.client import ChurnClient


def checks(client: ChurnClient) -> Mapping[str, Doing]:
    """List what a service must do at the least."""
    return {
        "alive": partial(alive, client),
        "ready": partial(ready, client),
        "one prediction, replayed": partial(predicts, client),
        "a bad customer is refused": partial(refuses, client),
    }


def alive(client: ChurnClient) -> str:
    """See that the process answers."""
    return client.health().status


def ready(client: ChurnClient) -> str:
    """See that it can answer customers; degraded is enough, and is said."""
    told = client.ready()
    words = f"{told.status}; model {told.model.words}, ledger {told.ledger.words}, registry {told.registry.words}"
    expect(told.status != "not ready", words)
    return f"version {told.model_version}, {words}"


def predicts(client: ChurnClient) -> str:
    """See that a prediction is a probability, is kept, and is the same again when it is replayed."""
    (customer,) = customers(1, "smoke")
    found = client.predict(customer, purpose="test")
    expect(0 < found.churn_probability < 1, f"churn_probability is {found.churn_probability}")
    expect(found.offer == (found.expected_value > 0), "offer and expected_value contradict each other")
    why = client.why(found.prediction_id)
    expect(why.purpose == "test", f"it was kept with purpose {why.purpose}, not test")
    replay = why.replay
    expect(replay.exact and replay.difference == 0, f"the replay differs by {replay.difference}: {replay.words}")
    return f"churn_probability {found.churn_probability:.4f}, {found.prediction_id}, replayed without a difference"


def refuses(client: ChurnClient) -> str:
    """See that a wrong cell is named."""
    (customer,) = customers(1, "smoke")
    name = next(name for name, cell in customer.items() if isinstance(cell, int))
    fault = refused(lambda: client.predict(customer | {name: -1}, purpose="test"), 422)
    expect(any(one.get("column") == name for one in fault.errors), f"{name} is not named: {fault}")
    return str(fault)
