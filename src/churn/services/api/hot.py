"""The routes that applications call all day, answered as near to ASGI as they go; described.py describes them."""

from collections.abc import Awaitable, Callable

from churn.services.api.arrival import Arrival, Reply
from churn.services.api.inference_door import infer
from churn.services.api.mlflow_door import invocations
from churn.services.api.predict import predict, predict_batch
from churn.services.api.state import State

Answering = Callable[[State, Arrival], Awaitable[Reply]]

HOT: dict[tuple[str, str], Answering] = {
    ("POST", "/predict"): predict,
    ("POST", "/predict/batch"): predict_batch,
    ("POST", "/invocations"): invocations,
    ("POST", "/v2/models/telco-churn/infer"): infer,
}
