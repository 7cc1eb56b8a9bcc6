"""How far it could go: no framework, no validation, no ledger; a scorecard in plain Python."""

import json
import math
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson

CARD = json.loads(Path(os.environ["BENCH_MODEL"], "scorecard.json").read_text())
TEXTS, LINES, CURVES, BIAS = list(CARD["texts"].items()), CARD["lines"], CARD["curves"], CARD["bias"]
HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}


def score(row: dict[str, Any]) -> float:
    total = BIAS
    for name, points in TEXTS:
        total += points[row[name]]
    for name, mean, slope in LINES:
        total += (row[name] - mean) * slope
    for name, mean, slope in CURVES:
        total += (math.log1p(row[name]) - mean) * slope
    return 1 / (1 + math.exp(-total))


async def app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    if scope["type"] != "http":
        return
    body, more = b"", scope["method"] == "POST"
    while more:
        part = await receive()
        body, more = body + part["body"], part.get("more_body", False)
    asked = orjson.loads(body or b"[]")
    one = isinstance(asked, dict)
    said = {"churn_probability": score(asked)} if one else {"predictions": [score(row) for row in asked]}
    await send({**HEAD, "headers": [*HEAD["headers"], (b"content-length", str(len(orjson.dumps(said))).encode())]})
    await send({"type": "http.response.body", "body": orjson.dumps(said)})
