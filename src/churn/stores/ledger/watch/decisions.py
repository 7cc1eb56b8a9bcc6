"""Decisions: what was decided, and what came of it."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, text, update

from churn.stores.ledger.entries import new_id
from churn.stores.ledger.feedback import SKEW
from churn.stores.ledger.tables import decision

LOCK = 7_043_2656
"""PostgreSQL's number for the lock under which one process at a time decides."""
TOLD = ("at", "action", "cause", "words", "evidence", "money", "until", "done_at", "done")


def alone(connection: Connection) -> None:
    """Keep others from deciding until this transaction ends; SQLite has but one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def add(connection: Connection, purpose: str, told: Mapping[str, Any]) -> str:
    """Keep a decision, its `evidence` a mapping; give its id."""
    name = new_id()
    cells = {**{one: told.get(one) for one in TOLD}, "evidence": _spelt(told["evidence"])}
    connection.execute(insert(decision).values(id=name, purpose=purpose, **cells))
    return name


def finish(connection: Connection, name: str, at: int, done: str) -> bool:
    """Note what came of a decision; tell whether there is one of this id that was not finished before."""
    mine = update(decision).where(decision.c.id == name, decision.c.done_at.is_(None))
    return connection.execute(mine.values(done_at=at, done=done)).rowcount > 0


def recent(
    connection: Connection, purpose: str, now: int | None = None, since: int = 0, limit: int = 1000
) -> list[dict[str, Any]]:
    """Give the decisions made since, the newest first; those of a clock that ran ahead of `now` are left out."""
    mine = select(decision).where(decision.c.purpose == purpose, decision.c.at >= since)
    mine = mine if now is None else mine.where(decision.c.at <= now + SKEW)
    found = connection.execute(mine.order_by(decision.c.at.desc(), decision.c.id.desc()).limit(limit))
    return [{**row, "evidence": orjson.loads(row["evidence"])} for row in found.mappings()]


def page(connection: Connection, purpose: str, since: int, limit: int, offset: int) -> dict[str, Any]:
    """Give one page of the decisions made since, the newest first, and how many there are."""
    mine = (decision.c.purpose == purpose, decision.c.at >= since)
    shown = select(decision).where(*mine).order_by(decision.c.at.desc(), decision.c.id.desc())
    total = connection.execute(select(func.count()).select_from(decision).where(*mine)).scalar_one()
    found = connection.execute(shown.limit(limit).offset(offset)).mappings()
    return {"total": total, "decisions": [{**row, "evidence": orjson.loads(row["evidence"])} for row in found]}


def _spelt(evidence: Mapping[str, Any]) -> str:
    return orjson.dumps(evidence, option=orjson.OPT_SORT_KEYS).decode()
