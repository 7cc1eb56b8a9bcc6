"""What a challenger would have answered, noted beside the champion's answer once that has left; nobody waits for it."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import orjson

from churn.errors import ChurnError
from churn.scoring.record import Row
from churn.services.api import arms, telemetry
from churn.services.api.arrival import Arrival
from churn.services.api.scored import Scored, records
from churn.services.api.state import State
from churn.services.api.trials import Trial
from churn.stores.ledger.entries import Record, Write, new_id

SHADOW = "shadow"
MOST = 256
"""Shadows on their way at once; more are left out, and the experiment says how many customers have none."""

log = logging.getLogger("churn.api")
_tasks: set[asyncio.Task[None]] = set()


def follow(known: State, trial: Trial, entry: Record, row: Row) -> None:
    """Note a single's shadow."""
    if trial.said.mode == SHADOW:
        _begin(_single(known, trial, entry, row))


def follow_batch(known: State, trial: Trial, scored: Scored, arrival: Arrival) -> None:
    """Note the shadows of a batch's named customers."""
    if trial.said.mode == SHADOW:
        _begin(_batch(known, trial, scored, arrival))


async def _single(known: State, trial: Trial, entry: Record, row: Row) -> None:
    answer = trial.engine.answer(row)
    spelt = orjson.dumps(answer | {"model_version": trial.engine.version})
    await _keep(known, trial, replace(entry, results=spelt, parsed=(row, answer)))


async def _batch(known: State, trial: Trial, scored: Scored, arrival: Arrival) -> None:
    blocks = []
    for block in scored.blocks:
        beside = arms.shadow(block, trial.engine)
        blocks += [] if beside is None else [beside]
        await asyncio.sleep(0)
    if blocks:
        (entry,) = records(replace(scored, trial=None, challenged=set(), blocks=blocks, explained=None), arrival)
        await _keep(known, trial, entry)


async def _keep(known: State, trial: Trial, entry: Record) -> None:
    engine = trial.engine
    origin = orjson.dumps({"experiment": trial.said.id, "beside": entry.id}).decode()
    beside = replace(
        entry, id=new_id(), purpose=SHADOW, model_version=engine.version, model_digest=engine.digest, origin=origin
    )
    await known.ledger.put(Write(beside))
    telemetry.later(telemetry.scored(entry.door, SHADOW, engine.version), entry.rows)


def _begin(work: Coroutine[Any, Any, None]) -> None:
    if len(_tasks) >= MOST:
        work.close()
        return
    task = asyncio.get_running_loop().create_task(_quietly(work))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """Let a shadow that cannot be kept be missing: the answer it stands beside has left already."""
    try:
        await work
    except ChurnError as fault:
        log.warning("a shadow was not kept: %s", fault)
    except Exception:
        log.exception("a shadow failed")
