"""From what callers tell to what the ledger holds: checked first, noted in short steps, told row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from churn.errors import ChurnError, Conflict, Erased, UnknownPrediction
from churn.services.api import asked, row_faults
from churn.services.api.arrival import Arrival, Reply
from churn.services.api.problems import Refusal, known_as
from churn.services.api.scoring_flow import repeated
from churn.services.api.state import State
from churn.stores.ledger import entries
from churn.stores.ledger.claims import released
from churn.stores.ledger.entries import PENDING, Claim, Write

STEP = 25
"""Rows noted in one transaction: others who write wait for it."""
CREATED, FINE = 201, 200
NOTHING = (Refusal, UnknownPrediction, Erased, Conflict)
"""What is raised where nothing at all was noted."""
BLAMED = {404: "prediction_id", 410: "prediction_id", 409: ""}

Row = dict[str, Any]
Note = Callable[[Any, Any], Row]
"""Notes one row: takes the connection and the row, gives what is in the ledger."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is told through one door, and how it is noted."""

    model: type[BaseModel]
    note: Note


async def note(known: State, arrival: Arrival, kind: Kind) -> Reply:
    """Note one row or a list of them, and answer; the same again gives the same. Raises Refusal, LedgerError."""
    told = asked.json_body(arrival)
    key = asked.idempotency_key(arrival)
    digest = asked.fingerprint(arrival)
    if key is None:
        return await _noting(known, told, kind)
    return await _once(known, told, kind, Claim(key, arrival.caller.name, digest, PENDING, b""))


async def _once(known: State, told: Any, kind: Kind, claim: Claim) -> Reply:
    """Take the key before the first row, so that nothing is noted under a key of something else; then answer it."""
    before = await known.ledger.put(Write(None, (), claim))
    if before is not None:
        return repeated(before)
    try:
        reply = await _noting(known, told, kind)
    except NOTHING:  # the key may be used for what is right
        stored = known.ledger.customer(claim.key)
        await known.ledger.do(lambda connection: released(connection, stored, claim.caller, claim.digest))
        raise
    first = await known.ledger.put(Write(None, (), replace(claim, status=reply.status, body=reply.body)))
    return reply if first is None else repeated(first)


async def _noting(known: State, told: Any, kind: Kind) -> Reply:
    return await (_many(known, told, kind) if type(told) is list else _one(known, told, kind))


async def _one(known: State, told: Any, kind: Kind) -> Reply:
    try:
        row = kind.model.model_validate(told)
    except ValidationError as fault:
        raise Refusal(
            422, "nothing was noted: the row breaks what this door takes", row_faults.spelt(fault, kind.model, told)
        ) from fault
    noted = _noted(row, await known.ledger.do(lambda connection: _with_age(connection, kind, row)))
    return Reply(FINE if noted["repeated"] else CREATED, orjson.dumps(noted))


async def _many(known: State, told: list[Any], kind: Kind) -> Reply:
    limit = known.settings.max_batch
    if not told:
        raise Refusal(422, "there is nothing in the list")
    if len(told) > limit:
        raise Refusal(413, f"{len(told)} rows are more than the {limit} that one request may hold; send several")
    rows, rejects = _checked(told, kind)
    results: list[Row] = []
    for start in range(0, len(rows), STEP):
        step = rows[start : start + STEP]
        done = await known.ledger.do(_steps(kind, [row for _, row in step]))
        for (index, row), one in zip(step, _list(done), strict=True):
            _sort(index, row, one, results, rejects)
    if not results:
        raise Refusal(_common(rejects), "nothing was noted: every row was refused", sorted(rejects, key=_index))
    repeated = sum(one["repeated"] for one in results)
    content = {
        "noted": len(results) - repeated,
        "repeated": repeated,
        "rejected": len({one["index"] for one in rejects}),
        "results": results,
        "rejects": sorted(rejects, key=_index),
    }
    return Reply(FINE if repeated == len(results) else CREATED, orjson.dumps(content))


def _checked(told: list[Any], kind: Kind) -> tuple[list[tuple[int, BaseModel]], list[Row]]:
    rows, rejects = [], []
    for index, one in enumerate(told):
        try:
            rows.append((index, kind.model.model_validate(one)))
        except ValidationError as fault:
            rejects += [{"index": index, "status": 422, **said} for said in row_faults.spelt(fault, kind.model, one)]
    return rows, rejects


def _sort(index: int, row: BaseModel, done: Row | ChurnError, results: list[Row], rejects: list[Row]) -> None:
    if not isinstance(done, ChurnError):
        results.append({"index": index, **_noted(row, done)})
        return
    status, _ = known_as(done)
    rejects.append({"index": index, "status": status, "column": BLAMED[status], "reason": str(done)})


def _steps(kind: Kind, rows: list[BaseModel]) -> Callable[[Any], list[Row | ChurnError]]:
    return lambda connection: [_tried(connection, kind, row) for row in rows]


def _tried(connection: Any, kind: Kind, row: BaseModel) -> Row | ChurnError:
    """Note a row, or give what speaks against it; such a row has written nothing."""
    try:
        return _with_age(connection, kind, row)
    except (UnknownPrediction, Erased, Conflict) as fault:
        return fault


def _with_age(connection: Any, kind: Kind, row: BaseModel) -> Row:
    """Note a row, and tell whether it was there before: ids sort by the time at which they were made."""
    began = entries.new_id()
    found = kind.note(connection, row)
    return found | {"repeated": found["id"] < began}


def _noted(row: Any, found: Any) -> Row:
    told = {"id": found["id"], "customer_id": row.customer_id, "repeated": found["repeated"]}
    return told | {"prediction_id": found.get("prediction"), "purpose": found.get("purpose")}


def _common(rejects: Sequence[Row]) -> int:
    """Give the status that all rejects share, or else 422."""
    found = {one["status"] for one in rejects}
    return int(found.pop()) if len(found) == 1 else 422


def _index(one: Mapping[str, Any]) -> int:
    return int(one["index"])


def _list(done: Any) -> list[Any]:
    return list(done)
