"""From rows to durable answers: the one way that every scoring door takes."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from numpy import bincount

from churn import columns, contract
from churn.errors import LedgerError
from churn.scoring.engine import Engine
from churn.scoring.record import Fault, Row
from churn.services.api import asked, telemetry
from churn.services.api.arrival import JSON, Arrival, Reply
from churn.services.api.asked import Asked
from churn.services.api.blocks import Block, Given, length, score
from churn.services.api.problems import Refusal
from churn.services.api.served import Loaded
from churn.services.api.state import State
from churn.stores.ledger.entries import Claim, Kept, Record, Write, new_id
from churn.stores.ledger.entries import Refusal as RefusedCell

EXPLAINED_ROWS = 500
STRANGE = "(not in the contract)"

Answer = dict[str, Any]


@dataclass(slots=True)
class Scored:
    """Rows with their answers, not yet durable; `explained` has each row's answer with reasons, if they were asked."""

    record: str
    loaded: Loaded
    asked: Asked
    door: str
    blocks: list[Block] = field(default_factory=list)
    faulty: list[tuple[int, list[Fault]]] = field(default_factory=list)
    explained: list[tuple[int, Answer]] | None = None

    @property
    def rows(self) -> int:
        """Count what was scored."""
        return sum(len(block.index) for block in self.blocks)


async def score_rows(
    known: State, arrival: Arrival, given: list[Given], door: str, answer: Callable[[Scored], Reply],
    ignore: frozenset[str] = frozenset(), whole: bool = False,
) -> Reply:  # fmt: skip
    """Check, score and record rows, and answer only when they are durable.

    `answer` spells what was scored; `whole` refuses all rows when one is faulty.
    Raises Refusal, LedgerError, BundleError.
    """
    limit, number = known.settings.max_batch, sum(map(length, given))
    if not number:
        raise Refusal(422, "there is no customer in the body")
    if number > limit:
        raise Refusal(413, f"{number} rows are more than the {limit} that one request may hold; send several")
    terms = asked.terms(known.settings, arrival)
    if terms.explain and number > EXPLAINED_ROWS:
        raise Refusal(413, f"explain=true goes with at most {EXPLAINED_ROWS} rows")
    scored = Scored(new_id(), known.served.loaded, terms, door)
    await _score(known, scored, given, ignore)
    if scored.faulty:
        await _note_faulty(known, scored, whole)
    return await keep(known, arrival, scored, answer(scored))


async def keep(known: State, arrival: Arrival, scored: Scored, reply: Reply) -> Reply:
    """Write what was scored and give the answer to send: this one, or the first under the same Idempotency-Key."""
    kept = await known.ledger.put(Write(_record(scored, arrival), refusals(scored.faulty), claim(arrival, reply)))
    if kept is not None:
        return repeated(kept)
    count(scored)
    return reply


def repeated(kept: Kept) -> Reply:
    """Give the first answer again, and say that it is."""
    return Reply(kept.status, kept.body, ((b"idempotent-replayed", b"true"),))


def claim(arrival: Arrival, reply: Reply) -> Claim | None:
    """Take the Idempotency-Key for this answer, if the caller sent one. Raises Refusal."""
    key = asked.idempotency_key(arrival)
    if key is None:
        return None
    if reply.media != JSON or reply.headers:
        raise Refusal(422, "an Idempotency-Key goes with JSON answers")
    return Claim(key, arrival.caller.name, asked.fingerprint(arrival), reply.status, reply.body)


def refusals(faulty: list[tuple[int, list[Fault]]]) -> tuple[RefusedCell, ...]:
    """Count what was refused by column and reason; names that are no column of ours are counted as one."""
    cells = Counter((_name(fault.column), _reason(fault)) for _, faults in faulty for fault in faults)
    return tuple(RefusedCell(column, reason, number) for (column, reason), number in cells.items())


def told(faulty: list[tuple[int, list[Fault]]]) -> list[dict[str, Any]]:
    """Spell faults for an answer, each with the index of its row."""
    return [{"index": index, **fault.told()} for index, faults in faulty for fault in faults]


def count(scored: Scored) -> None:
    """Count what was scored for Prometheus; money and tiers speak of production alone."""
    purpose = scored.asked.purpose
    telemetry.later(telemetry.scored(scored.door, purpose, scored.loaded.engine.version), scored.rows)
    if purpose != "production":
        return
    for block in scored.blocks:
        tiers = block.told["risk_tier"]
        for tier, number in zip(tiers.values, bincount(tiers.codes, minlength=len(tiers.values)).tolist(), strict=True):
            telemetry.later(telemetry.of_tier(tier), number)
        telemetry.later(telemetry.offers, int(block.told["offer"].sum()))


async def explain(known: State, engine: Engine, customers: list[Row], answers: list[Answer]) -> None:
    """Add reasons and possible changes to each answer; trees are asked in a process of their own."""
    shares: list[Any] = [None] * len(customers)
    if engine.needs_explainer:
        shares = list(await known.explainer.contributions(engine, customers))
    for customer, share, answer in zip(customers, shares, answers, strict=True):
        answer["reasons"] = engine.reasons(customer, share)
        answer["changes"] = engine.changes(customer)
        await asyncio.sleep(0)


async def _score(known: State, scored: Scored, given: list[Given], ignore: frozenset[str]) -> None:
    engine, start = scored.loaded.engine, 0
    for part in given:
        if start:
            await asyncio.sleep(0)
        block, faulty = score(engine, part, start, ignore)
        scored.blocks += [] if block is None else [block]
        scored.faulty += faulty
        start += length(part)
    if scored.asked.explain:
        answers = [answer for block in scored.blocks for answer in block.answers()]
        await explain(known, engine, [row for block in scored.blocks for row in block.rows()], answers)
        index = [number for block in scored.blocks for number in block.index]
        scored.explained = list(zip(index, answers, strict=True))


async def _note_faulty(known: State, scored: Scored, whole: bool) -> None:
    """Count faulty rows; if nothing is left to score, keep the count in the ledger and refuse. Raises Refusal."""
    for _, faults in scored.faulty:
        for fault in faults:
            telemetry.REFUSED.labels(scored.door, _name(fault.column)).inc()
    if whole or not scored.blocks:
        await note(known, scored.faulty)
        raise Refusal(422, _sentence(scored), told(scored.faulty))


async def note(known: State, faulty: list[tuple[int, list[Fault]]]) -> None:
    """Keep in the ledger what was refused; a ledger that is away does not make a refusal less true."""
    try:
        await known.ledger.put(Write(None, refusals(faulty), None))
    except LedgerError:
        return


def _record(scored: Scored, arrival: Arrival) -> Record:
    engine, terms = scored.loaded.engine, scored.asked
    inputs, results = _bodies(scored)
    return Record(
        id=scored.record, at=terms.at, door=scored.door, purpose=terms.purpose, customer=None, rows=scored.rows,
        model_version=engine.version, model_digest=engine.digest, inputs=inputs, results=results,
        request_id=arrival.request_id, caller=arrival.caller.name,
    )  # fmt: skip


def _bodies(scored: Scored) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Spell what went in and came out for the ledger."""
    if scored.explained is None:
        return tuple(block.asked() for block in scored.blocks), tuple(block.answered() for block in scored.blocks)
    rows = [(index, row) for block in scored.blocks for index, row in zip(block.index, block.rows(), strict=True)]
    return (orjson.dumps(rows),), (orjson.dumps(scored.explained),)


def _sentence(scored: Scored) -> str:
    wrong = len(scored.faulty)
    return f"{wrong} of {wrong + scored.rows} rows break the contract; nothing was scored"


def _name(column: str) -> str:
    return column if column in columns.names() or column in (contract.ID, "") else STRANGE


def _reason(fault: Fault) -> str:
    return fault.reason.partition(";")[0]
