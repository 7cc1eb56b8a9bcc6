"""Experiments: declared before they begin, ended once."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from churn.errors import Conflict
from churn.stores.ledger.entries import new_id
from churn.stores.ledger.tables import experiment

RUNNING, ENDED, STOPPED = "running", "ended", "stopped"


def begin(connection: Connection, cells: Mapping[str, Any]) -> str:
    """Keep an experiment that runs from now on, its `declared` a mapping; give its id.

    Raises Conflict when another of the same purpose runs.
    """
    name = new_id()
    row = {**cells, "id": name, "declared": _spelt(cells["declared"]), "state": RUNNING, "result": None}
    try:
        with connection.begin_nested():
            connection.execute(insert(experiment).values(row))
    except IntegrityError as fault:
        raise Conflict("another experiment runs already; `churn experiment status` shows it, `stop` ends it") from fault
    return name


def close(connection: Connection, name: str, state: str, result: Mapping[str, Any]) -> bool:
    """End a running experiment with its result; tell whether it ran until now."""
    mine = update(experiment).where(experiment.c.id == name, experiment.c.state == RUNNING)
    return connection.execute(mine.values(state=state, result=_spelt(result))).rowcount > 0


def running(connection: Connection, purpose: str) -> dict[str, Any] | None:
    """Give the experiment of a purpose that runs, or None."""
    mine = select(experiment).where(experiment.c.purpose == purpose, experiment.c.state == RUNNING)
    found = connection.execute(mine.order_by(experiment.c.id.desc()).limit(1)).mappings().one_or_none()
    return None if found is None else _told(found)


def page(connection: Connection, purpose: str, limit: int, offset: int) -> dict[str, Any]:
    """Give one page of the experiments of a purpose, newest first, and how many there are."""
    mine = experiment.c.purpose == purpose
    shown = select(experiment).where(mine).order_by(experiment.c.id.desc()).limit(limit).offset(offset)
    total = connection.execute(select(func.count()).select_from(experiment).where(mine)).scalar_one()
    return {"total": total, "experiments": [_told(row) for row in connection.execute(shown).mappings()]}


def _told(row: RowMapping) -> dict[str, Any]:
    told = {str(name): value for name, value in row.items()}
    result = told["result"]
    return {**told, "declared": orjson.loads(told["declared"]), "result": result and orjson.loads(result)}


def _spelt(content: Mapping[str, Any]) -> str:
    return orjson.dumps(content).decode()  # in its own order: tiers rise
