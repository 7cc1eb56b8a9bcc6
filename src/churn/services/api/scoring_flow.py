"""From rows to durable answers: the one way that every scoring door takes."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from numpy import bincount

from churn import columns, contract
from churn.errors import LedgerError
from churn.scoring.engine import Engine
from churn.scoring.record import Fault, Row
from churn.services.api import arms, asked, shadows, telemetry
from churn.services.api.arrival import JSON, Arrival, Reply
from churn.services.api.blocks import Block, Given, length, score
from churn.services.api.problems import Refusal
from churn.services.api.scored import Answer, Scored, records
from churn.services.api.state import State
from churn.stores.ledger.entries import Claim, Kept, Write, new_id
from churn.stores.ledger.entries import Refusal as RefusedCell

EXPLAINED_ROWS = 500
STRANGE = "(not in the contract)"


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
    if (trial := known.trials.running) is not None and trial.on(scored.loaded.engine, terms):
        scored.trial = trial
    await _score(known, scored, given, ignore)
    if scored.faulty:
        await _note_faulty(known, scored, whole)
    return await keep(known, arrival, scored, answer(scored))


async def keep(known: State, arrival: Arrival, scored: Scored, reply: Reply) -> Reply:
    """Write what was scored and give the answer to send: this one, or the first under the same Idempotency-Key.

    What the challenger of an experiment answered is written first: a key is taken only when nothing is missing.
    """
    first, *rest = records(scored, arrival)
    for record in rest:
        await known.ledger.put(Write(record))
    kept = await known.ledger.put(Write(first, refusals(scored.faulty), claim(arrival, reply)))
    if kept is not None:
        return repeated(kept)
    count(scored)
    if scored.trial is not None:
        shadows.follow_batch(known, scored.trial, scored, arrival)
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
    purpose, other = scored.asked.purpose, len(scored.challenged)
    telemetry.later(telemetry.scored(scored.door, purpose, scored.loaded.engine.version), scored.rows - other)
    if scored.trial is not None and other:
        telemetry.later(telemetry.scored(scored.door, purpose, scored.trial.engine.version), other)
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
        scored.blocks += [] if block is None else [_shared(known, scored, block)]
        scored.faulty += faulty
        start += length(part)
    if scored.asked.explain:
        await _explain(known, scored)


def _shared(known: State, scored: Scored, block: Block) -> Block:
    """Let the challenger of an experiment answer its customers of a block."""
    if scored.trial is None:
        return block
    block, mine = arms.split(block, scored.trial, known.ledger.customer)
    scored.challenged.update(mine)
    return block


async def _explain(known: State, scored: Scored) -> None:
    """Add reasons to each answer, each by the model that made it."""
    told = scored.answers()
    rows = [row for block in scored.blocks for row in block.rows()]
    engines = [(scored.loaded.engine, False)] + ([(scored.trial.engine, True)] if scored.trial is not None else [])
    for engine, mine in engines:
        some = [place for place, (index, _) in enumerate(told) if (index in scored.challenged) == mine]
        if some:
            await explain(known, engine, [rows[place] for place in some], [told[place][1] for place in some])
    scored.explained = told


async def _note_faulty(known: State, scored: Scored, whole: bool) -> None:
    """Count faulty rows; if nothing is left to score, keep the count in the ledger and refuse. Raises Refusal."""
    for _, faults in scored.faulty:
        for fault in faults:
            telemetry.REFUSED.labels(scored.door, _name(fault.column)).inc()
    if whole or not scored.blocks:
        await note(known, scored.faulty, scored.asked.purpose)
        raise Refusal(422, _sentence(scored), told(scored.faulty))


async def note(known: State, faulty: list[tuple[int, list[Fault]]], purpose: str) -> None:
    """Keep in the ledger what was refused; a ledger that is away does not make a refusal less true."""
    try:
        await known.ledger.put(Write(None, refusals(faulty), purpose=purpose))
    except LedgerError:
        return


def _sentence(scored: Scored) -> str:
    wrong = len(scored.faulty)
    return f"{wrong} of {wrong + scored.rows} rows break the contract; nothing was scored"


def _name(column: str) -> str:
    return column if column in columns.names() or column in (contract.ID, "") else STRANGE


def _reason(fault: Fault) -> str:
    return fault.reason.partition(";")[0]
