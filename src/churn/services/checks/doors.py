"""Every way to ask for a score, with the same customers: the same figures must come back."""

import csv
import io
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx

from churn import columns, contract
from churn.services.checks.check import Doing, expect
from churn.services.checks.customers import customers, enough
from churn.services.client.client import ChurnClient

PARITY = 1e-6
TEST = {"purpose": "test"}
KINDS: dict[type, str] = {str: "BYTES", int: "INT64", float: "FP64"}

Asking = Callable[[ChurnClient, list[dict[str, Any]]], list[float]]


def checks(client: ChurnClient) -> Mapping[str, Doing]:
    """List the doors, each to be compared with the first."""
    doors: dict[str, Asking] = {
        "/predict/batch": batch,
        "/predict/file": file,
        "/invocations": invocations,
        "/v2 infer": infer,
    }
    return {f"/predict = {name}": partial(_same, client, door) for name, door in doors.items()}


def single(client: ChurnClient, asked: list[dict[str, Any]]) -> list[float]:
    """Ask one by one."""
    return [client.predict(one, purpose="test").churn_probability for one in asked]


def batch(client: ChurnClient, asked: list[dict[str, Any]]) -> list[float]:
    """Ask for all in one batch."""
    found = client.predict_batch(asked, purpose="test")
    expect(found.rejected == 0, f"{found.rejected} were rejected, the first because {found.rejects[:1]}")
    return [one.churn_probability for one in found.predictions]


def file(client: ChurnClient, asked: list[dict[str, Any]]) -> list[float]:
    """Ask by a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(asked[0]))
    writer.writeheader()
    writer.writerows(asked)
    answer = _post(client, "/predict/file", content=text.getvalue().encode(), headers={"content-type": "text/csv"})
    return [float(row["churn_probability"]) for row in csv.DictReader(io.StringIO(answer.text))]


def invocations(client: ChurnClient, asked: list[dict[str, Any]]) -> list[float]:
    """Ask as MLflow's clients do."""
    table = {"columns": list(asked[0]), "data": [list(one.values()) for one in asked]}
    answer = _post(client, "/invocations", json={"dataframe_split": table})
    return [one["churn_probability"] for one in answer.json()["predictions"]]


def infer(client: ChurnClient, asked: list[dict[str, Any]]) -> list[float]:
    """Ask by the Open Inference Protocol."""
    inputs = [_tensor(one.name, [customer[one.name] for customer in asked]) for one in columns.columns()]
    model = client.model_info().model
    answer = _post(client, f"/v2/models/{model}/infer", json={"inputs": inputs})
    outputs = {one["name"]: one["data"] for one in answer.json()["outputs"]}
    return [float(one) for one in outputs["churn_probability"]]


def _same(client: ChurnClient, door: Asking) -> str:
    asked = [{name: cell for name, cell in one.items() if name != contract.ID} for one in customers(enough())]
    first, second = single(client, asked), door(client, asked)
    expect(len(first) == len(second), f"{len(second)} answers for {len(first)} customers")
    apart = max(abs(one - other) for one, other in zip(first, second, strict=True))
    expect(apart <= PARITY, f"they are {apart:.1e} apart; at most {PARITY:.0e} is right")
    return f"{len(first)} customers, at most {apart:.0e} apart"


def _tensor(name: str, cells: list[Any]) -> dict[str, Any]:
    return {"name": name, "shape": [len(cells), 1], "datatype": KINDS[type(cells[0])], "data": cells}


def _post(client: ChurnClient, path: str, **body: Any) -> httpx.Response:
    answer = client.raw("POST", path, params=TEST, **body)
    expect(answer.is_success, f"{answer.status_code}: {answer.text[:200]}")
    return answer
