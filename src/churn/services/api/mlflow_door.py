"""MLflow's scoring protocol: existing clients of `mlflow models serve` ask here without a change."""

from dataclasses import replace
from typing import Any

import orjson

from churn import columns, contract
from churn.services.api import asked, dialects, frames
from churn.services.api.arrival import JSON, Arrival, Reply
from churn.services.api.blocks import cut
from churn.services.api.problems import Refusal
from churn.services.api.scored import Scored
from churn.services.api.scoring_flow import score_rows
from churn.services.api.state import State

ANSWERED = ("churn_probability", "churn")


async def invocations(known: State, arrival: Arrival) -> Reply:
    """Score all rows or none; columns that the contract does not know are ignored, as MLflow does. Raises Refusal."""
    rows, unknown, params = await dialects.read(_read, arrival)
    arrival = dialects.with_terms(arrival, params)
    return await score_rows(known, arrival, cut(rows), "invocations", _answer, ignore=unknown, whole=True)


def _read(arrival: Arrival) -> tuple[list[Any], frozenset[str], Any]:
    rows, params = _table(arrival)
    names = frozenset[str]().union(*(row for row in rows if type(row) is dict))
    return rows, names - {*columns.names(), contract.ID}, params


def _table(arrival: Arrival) -> tuple[list[Any], Any]:
    media, _, parameters = arrival.headers.get(b"content-type", b"").decode("latin-1").lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    if charset not in ("", "utf-8"):
        raise Refusal(415, "send UTF-8")
    if media.strip() == "text/csv":
        return frames.rows_of_csv(arrival.body), None
    if media.strip() != "application/json":
        raise Refusal(415, "send Content-Type: application/json or text/csv")
    body = frames.without_nan(arrival.body)
    content = asked.json_body(replace(arrival, body=body, headers={b"content-type": JSON}))
    return frames.rows_of(content), content.get("params")


def _answer(scored: Scored) -> Reply:
    told = [
        {"churn_probability": probability, "churn": churn}
        for block in scored.blocks
        for probability, churn in zip(*(block.told[name].tolist() for name in ANSWERED), strict=True)
    ]
    record, version = scored.head
    content = {"predictions": told, "record_id": record, "model_version": version}
    return Reply(200, orjson.dumps(content))
