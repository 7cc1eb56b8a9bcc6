"""The Open Inference Protocol, version 2, over REST: existing clients of KServe and Triton ask here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from churn.services.api import asked, dialects, tensors
from churn.services.api.arrival import JSON, Arrival, Reply
from churn.services.api.blocks import cut, plain
from churn.services.api.problems import Refusal
from churn.services.api.scored import Scored
from churn.services.api.scoring_flow import score_rows
from churn.services.api.state import State

HEAD = b"inference-header-content-length"
MEDIA = frozenset({JSON, b"application/octet-stream", b""})
"""Triton's own client names none, or the second."""
OUTPUTS = {
    "churn_probability": "FP64", "churn": "BOOL", "offer": "BOOL", "expected_value": "FP64",
    "risk_tier": "BYTES", "prediction_id": "BYTES",
}  # fmt: skip


@dataclass(slots=True)
class Question:
    """What a request wants beside the rows: its id, and which outputs in which form."""

    id: str | None
    wanted: list[tuple[str, bool]]
    upright: bool


async def infer(known: State, arrival: Arrival) -> Reply:
    """Score all rows or none, one tensor a column. Raises Refusal."""
    refuse_other(known, arrival.path)
    rows, question, parameters = await dialects.read(_read, arrival)
    arrival = dialects.with_terms(arrival, parameters)
    return await score_rows(known, arrival, cut(rows), "v2", lambda scored: _answer(scored, question), whole=True)


def _read(arrival: Arrival) -> tuple[list[Any], Question, Any]:
    media = arrival.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media not in MEDIA:
        raise Refusal(415, "send Content-Type: application/json, or application/octet-stream with binary tensors")
    head = arrival.headers.get(HEAD, b"%d" % len(arrival.body)).strip()
    if not head.isdigit() or len(head) > 12 or int(head) > len(arrival.body):
        raise Refusal(400, "Inference-Header-Content-Length is the length of the JSON within the body, in bytes")
    told, tail = arrival.body[: int(head)], arrival.body[int(head) :]
    content = asked.json_body(replace(arrival, body=told, headers={b"content-type": JSON}))
    if type(content) is not dict or set(content) - {"id", "parameters", "inputs", "outputs"}:
        raise Refusal(400, "the request is a JSON object with inputs, and id, parameters and outputs if need be")
    rows, upright = tensors.rows_of(content.get("inputs"), tail)
    return rows, _question(content, upright), content.get("parameters")


def _question(content: dict[str, Any], upright: bool) -> Question:
    name, parameters = content.get("id"), content.get("parameters")
    if name is not None and type(name) is not str:
        raise Refusal(400, "id is text")
    binary = type(parameters) is dict and parameters.get("binary_data_output") is True
    outputs = content.get("outputs") or [{"name": output} for output in OUTPUTS]
    if type(outputs) is not list or len(outputs) > len(OUTPUTS):
        raise Refusal(400, f"outputs is a list of at most {len(OUTPUTS)} objects with a name")
    wanted = dict(_wanted(one, binary) for one in outputs)
    if len(wanted) < len(outputs):
        raise Refusal(400, "an output is named twice")
    return Question(name, list(wanted.items()), upright)


def _wanted(output: Any, binary: bool) -> tuple[str, bool]:
    if type(output) is not dict or type(output.get("name")) is not str or output["name"] not in OUTPUTS:
        raise Refusal(400, f"outputs name some of {', '.join(OUTPUTS)}")
    parameters = output.get("parameters") or {}
    if type(parameters) is not dict or {"classification", "shared_memory_region"} & set(parameters):
        raise Refusal(400, f"output {output['name']!r}: classification and shared memory are not offered")
    return output["name"], parameters.get("binary_data", binary) is True


def _answer(scored: Scored, question: Question) -> Reply:
    made = [
        tensors.spell(name, OUTPUTS[name], _cells(scored, name), question.upright, binary)
        for name, binary in question.wanted
    ]
    content: dict[str, Any] = {"model_name": model_name(scored.loaded.manifest)}
    record, version = scored.head
    content |= {"model_version": str(version), "parameters": {"record_id": record}}
    content |= {} if question.id is None else {"id": question.id}
    head = orjson.dumps(content | {"outputs": [one for one, _ in made]})
    if not any(binary for _, binary in question.wanted):
        return Reply(200, head)
    length = ((HEAD, b"%d" % len(head)),)
    return Reply(200, head + b"".join(packed for _, packed in made), length, b"application/octet-stream")


def _cells(scored: Scored, name: str) -> list[Any]:
    if name == "prediction_id":
        return [scored.told(index)[0] for block in scored.blocks for index in block.index]
    return [cell for block in scored.blocks for cell in plain(block.told[name])]


def model_name(manifest: Mapping[str, Any]) -> str:
    """Name the model as the registry does."""
    return str(manifest["model"])


def refuse_other(known: State, path: str) -> None:
    """Refuse a path that names a model or a version that is not served. Raises Refusal."""
    parts = path.split("/")
    served = known.served.loaded
    if parts[3] != model_name(served.manifest):
        raise Refusal(404, f"model {parts[3][:40]!r} is not served here; {model_name(served.manifest)} is")
    if parts[4:5] == ["versions"] and parts[5] != str(served.engine.version):
        raise Refusal(404, f"version {parts[5][:40]!r} is not served; version {served.engine.version} is")
