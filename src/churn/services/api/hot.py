"""The routes that applications call all day, answered as near to ASGI as they go; described.py describes them."""

from collections.abc import Awaitable, Callable

from churn.services.api.arrival import Arrival, Reply
from churn.services.api.inference_door import infer, model_name
from churn.services.api.mlflow_door import invocations
from churn.services.api.predict import predict, predict_batch
from churn.services.api.state import State

Answering = Callable[[State, Arrival], Awaitable[Reply]]

HOT: dict[tuple[str, str], Answering] = {
    ("POST", "/predict"): predict,
    ("POST", "/predict/batch"): predict_batch,
    ("POST", "/invocations"): invocations,
}


def follow(known: State) -> None:
    """Let the served model be inferred under its own name; a name that was served before goes on saying who is."""
    if known.served.ready:
        HOT["POST", f"/v2/models/{model_name(known.served.manifest)}/infer"] = infer
