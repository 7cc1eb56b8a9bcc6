"""POST /predict and /predict/batch: the doors that applications use."""

from typing import Any

import orjson

from churn import contract
from churn.scoring import record as contract_row
from churn.scoring.engine import Engine
from churn.scoring.record import Faults, Row
from churn.services.api import asked, shadows, telemetry
from churn.services.api.arrival import Arrival, Reply
from churn.services.api.asked import Asked
from churn.services.api.blocks import spelt
from churn.services.api.pieces import customers
from churn.services.api.problems import Refusal
from churn.services.api.scored import Scored
from churn.services.api.scoring_flow import claim, explain, note, refusals, repeated, score_rows, told
from churn.services.api.state import State
from churn.services.api.trials import Trial
from churn.stores.ledger.entries import Record, Write, new_id


async def predict(known: State, arrival: Arrival) -> Reply:
    """Score one customer; the answer leaves when it is durable. Raises Refusal, LedgerError, BundleError."""
    row = await _checked(known, asked.json_body(arrival))
    terms = asked.terms(known.settings, arrival)
    loaded = known.served.loaded
    customer, trial = row.get(contract.ID or ""), known.trials.running
    engine, name = loaded.engine, new_id()
    if trial is not None:
        trial, engine = _shared(known, trial, engine, terms, customer)
    answer = engine.answer(row)
    if terms.explain:
        await explain(known, engine, [row], [answer])
    answer["model_version"], answer["prediction_id"] = engine.version, name
    reply = Reply(200, orjson.dumps(answer))
    entry = Record(
        id=name, at=terms.at, door="predict", purpose=terms.purpose, customer=customer, rows=1,
        model_version=engine.version, model_digest=engine.digest, inputs=orjson.dumps(row), results=reply.body,
        request_id=arrival.request_id, caller=arrival.caller.name, parsed=(row, answer),
    )  # fmt: skip
    kept = await known.ledger.put(Write(entry, (), claim(arrival, reply)))
    if kept is not None:
        return repeated(kept)
    _count(answer, terms.purpose)
    if trial is not None:
        shadows.follow(known, trial, entry, row)
    return reply


def _shared(
    known: State, trial: Trial, champion: Engine, terms: Asked, customer: str | None
) -> tuple[Trial | None, Engine]:
    """Give the experiment, if this request is part of it, and the model that answers in it."""
    if customer is None or not trial.on(champion, terms):
        return None, champion
    return trial, trial.engine if trial.takes(known.ledger.customer(customer)) else champion


async def predict_batch(known: State, arrival: Arrival) -> Reply:
    """Score a list of customers; faulty ones come back with their index and reasons, the others are scored."""
    return await score_rows(known, arrival, await customers(arrival), "batch", _batch_answer)


def _batch_answer(scored: Scored) -> Reply:
    name, version = scored.head
    content = {
        "record_id": name,
        "model_version": version,
        "scored": scored.rows,
        "rejected": len(scored.faulty),
        "rejects": told(scored.faulty),
    }
    return Reply(200, orjson.dumps(content)[:-1] + b',"predictions":[' + _predictions(scored) + b"]}")


def _predictions(scored: Scored) -> bytes:
    if scored.explained is None and not scored.challenged:
        name, version = scored.head
        return b",".join([spelt(block, name, version) for block in scored.blocks])
    return orjson.dumps([_prediction(scored, *one) for one in scored.answers()])[1:-1]


def _prediction(scored: Scored, index: int, answer: dict[str, Any]) -> dict[str, Any]:
    name, version = scored.told(index)
    return {"index": index, **answer, "model_version": version, "prediction_id": name}


async def _checked(known: State, row: Any) -> Row:
    try:
        return contract_row.check(row)
    except Faults as wrong:
        for fault in refusals([(0, wrong.faults)]):
            telemetry.REFUSED.labels("predict", fault.column).inc()
        await note(known, [(0, wrong.faults)], known.settings.purpose)
        raise Refusal(422, "the customer breaks the contract", [one.told() for one in wrong.faults]) from wrong


def _count(answer: dict[str, Any], purpose: str) -> None:
    telemetry.later(telemetry.scored("predict", purpose, answer["model_version"]))
    if purpose == "production":
        telemetry.later(telemetry.of_tier(answer["risk_tier"]))
        telemetry.later(telemetry.offers, answer["offer"])
