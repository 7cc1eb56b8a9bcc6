"""A model in service with months of scores and outcomes in a real ledger, made quickly, for tests of monitoring."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import insert

import ledgers
import models
from churn import columns, contract, table
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.scoring.scorer import Scorer
from churn.settings import Settings
from churn.stores.ledger.entries import Refusal, Write, new_id
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.opened import opened
from churn.stores.ledger.tables import contact, outcome
from churn.stores.tracking import references
from churn.stores.tracking.registry import Registry

ROOT = Path(__file__).parents[1]
DAY = 86_400 * 1_000_000
WINDOW, ROWS, BLOCK = 30 * DAY, 1500, 250
FIRST = 600
"""The number of the first window: its customers lie in the past of every clock."""


def house(template: Path, folder: Path) -> Settings:
    """Build a registry with a champion and its reference, in a folder with the project's own knobs."""
    known = models.empty_store(template, folder)
    shutil.copy(ROOT / "params.yaml", folder)
    models.enter(known, folder, models.model())
    promotion.promote(known, models.REGISTER, Author("tester", "first"))
    path = folder / "reference.parquet"
    models.population().iloc[:3000].to_parquet(path)
    references.keep(known.store, Registry(known.store, models.REGISTER.model).versions()[0].run, path)
    places = {"CHURN_DATABASE_URL": f"sqlite:///{folder}/ledger.db", "CHURN_BUNDLE_DIR": folder / "bundle"}
    return Settings(_env_file=None, **(known.model_dump(by_alias=True) | places))


def end_of(window: int) -> int:
    """Give the moment at which a window of the house is over."""
    return (FIRST + window + 1) * WINDOW


@dataclass
class Month:
    """One window's customers, and what is done to them before they are written."""

    number: int
    rows: pd.DataFrame
    left: np.ndarray[Any, Any]
    labelled: np.ndarray[Any, Any]
    refused: list[Refusal] = field(default_factory=list)
    called: np.ndarray[Any, Any] | None = None
    held: np.ndarray[Any, Any] | None = None
    scored_on: float = 0.5
    """Days after the start of the window."""
    turned: bool = False
    """Whether the model that scored them said the opposite of the champion."""


def month(number: int, rows: int = ROWS, seed: int = 0) -> Month:
    """Draw customers like those the model was trained on, with their own outcomes."""
    rng = np.random.default_rng([seed, number])
    pool = models.population()
    drawn = pool.iloc[rng.integers(len(pool), size=rows)].reset_index(drop=True)
    names = pd.array([f"{number}-{seed}-{one}" for one in range(rows)], dtype="str")
    drawn = drawn.assign(**{contract.ID: names})
    return Month(number, drawn, table.outcome(drawn).astype(bool), np.ones(rows, dtype=bool))


def write(known: Settings, *months: Month, purpose: str = "production", version: int = 1) -> None:
    """Score customers as the champion does, on the first day of their window, and tell what became of them."""
    asyncio.run(_write(known, months, purpose, version))


async def _write(known: Settings, months: tuple[Month, ...], purpose: str, version: int) -> None:
    async with opened(known) as ledger:
        await put(ledger, months, purpose, version)


async def put(
    ledger: Ledger, months: Sequence[Month], purpose: str = "production", version: int = 1, scored: bool = True
) -> None:
    """Write months into an open ledger; without `scored` only what is told of them."""
    scorer = Scorer(models.model().model)
    for one in months:
        if scored:
            await ledger.put(Write(_record(one, scorer, purpose, version), tuple(one.refused)))
        told, calls = _outcomes(one, purpose), _contacts(one, purpose)
        await ledger.do(lambda connection, told=told: told and connection.execute(insert(outcome), told))
        await ledger.do(lambda connection, calls=calls: calls and connection.execute(insert(contact), calls))
    await ledger.catch_up()


def _record(one: Month, scorer: Scorer, purpose: str, version: int) -> Any:
    asked = one.rows[[contract.ID, *columns.names()]]
    said = scorer.probabilities(one.rows)
    said = 1 - said if one.turned else said
    rows = [[place, row] for place, row in enumerate(asked.to_dict("records"))]
    answers = [[place, ledgers.ANSWER | {"churn_probability": float(chance)}] for place, chance in enumerate(said)]
    at = (FIRST + one.number) * WINDOW + int(one.scored_on * DAY)
    return ledgers.record(
        None, door="batch", rows=len(rows), at=at, purpose=purpose, model_version=version,
        inputs=_blocks(rows), results=_blocks(answers), id=f"{at:014x}{new_id()[14:]}",
    )  # fmt: skip


def _outcomes(one: Month, purpose: str) -> list[dict[str, Any]]:
    start, names = (FIRST + one.number) * WINDOW, one.rows[contract.ID].to_numpy()
    days = {True: _day(start + 15 * DAY), False: _day(start + 31 * DAY)}
    return [
        {"id": new_id(), "customer": names[place], "observed_on": days[bool(one.left[place])], "purpose": purpose,
         "churned": bool(one.left[place]), "prediction": None, "at": start + 31 * DAY, "caller": "crm"}
        for place in np.flatnonzero(one.labelled)
    ]  # fmt: skip


def _contacts(one: Month, purpose: str) -> list[dict[str, Any]]:
    start, names = (FIRST + one.number) * WINDOW, one.rows[contract.ID].to_numpy()
    arms = ((one.called, False), (one.held, True))
    return [
        {"id": new_id(), "customer": names[place], "at": start + 2 * DAY, "channel": "phone", "offer": None,
         "held_out": held, "prediction": None, "purpose": purpose, "caller": "crm"}
        for arm, held in arms if arm is not None for place in np.flatnonzero(arm)
    ]  # fmt: skip


def _day(at: int) -> Any:
    return datetime.fromtimestamp(at / 1e6, UTC).date()


def _blocks(entries: list[Any]) -> tuple[bytes, ...]:
    return tuple(orjson.dumps(entries[start : start + BLOCK]) for start in range(0, len(entries), BLOCK))
