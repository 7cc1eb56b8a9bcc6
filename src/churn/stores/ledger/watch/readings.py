"""Readings: kept when they say something new, read newest first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select

from churn.stores.ledger.entries import new_id
from churn.stores.ledger.feedback import SKEW
from churn.stores.ledger.tables import reading

SAID = ("state", "words", "figures")
MEASURED = ("latency", "errors", "refused")
BEGUN = ("purpose", "kind", "model_version", "since")
OF = ("purpose", "kind", "model_version", "since", "until")


def keep(connection: Connection, at: int, purpose: str, readings: Iterable[Mapping[str, Any]]) -> int:
    """Add what was not said of the same window before; give how many were added. `figures` are mappings.

    What is counted up to now, in a window that is not over, takes the place of what began at the same time.
    """
    added = 0
    for told in readings:
        cells = {**told, "purpose": purpose, "figures": orjson.dumps(told["figures"], option=orjson.OPT_SORT_KEYS)}
        cells["figures"] = cells["figures"].decode()
        if _last(connection, cells, at) == tuple(cells[name] for name in SAID):
            continue
        if told["kind"] in MEASURED:
            connection.execute(delete(reading).where(*(_same(name, cells[name]) for name in BEGUN)))
        connection.execute(insert(reading).values(id=new_id(), at=at, **cells))
        added += 1
    return added


def newest(
    connection: Connection, purpose: str, kinds: Sequence[str] = (), now: int | None = None
) -> list[dict[str, Any]]:
    """Give the last word on the newest window of each kind and version, as it stands at `now`."""
    who = (reading.c.kind, reading.c.model_version)
    place = func.row_number().over(partition_by=who, order_by=_freshest()).label("place")
    mine = [reading.c.purpose == purpose, *([reading.c.kind.in_(kinds)] if kinds else []), *_said_by(now)]
    ranked = select(reading, place).where(*mine).subquery("ranked")
    found = connection.execute(select(ranked).where(ranked.c.place == 1).order_by(ranked.c.kind, ranked.c.until.desc()))
    return [_told(row) for row in found.mappings()]


def page(
    connection: Connection, purpose: str, kinds: Sequence[str], since: int, limit: int, offset: int,
    now: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Give one page of the last words on windows that end after `since`, newest first, and how many there are."""
    mine = [reading.c.purpose == purpose, reading.c.until > since, *_said_by(now)]
    mine += [reading.c.kind.in_(kinds)] if kinds else []
    place = func.row_number().over(partition_by=[reading.c[name] for name in OF], order_by=_freshest()).label("place")
    ranked = select(reading, place).where(*mine).subquery("ranked")
    last = select(ranked).where(ranked.c.place == 1)
    shown = last.order_by(ranked.c.until.desc(), ranked.c.kind, ranked.c.id.desc()).limit(limit).offset(offset)
    total = connection.execute(select(func.count()).select_from(last.subquery())).scalar_one()
    return {"total": total, "readings": [_told(row) for row in connection.execute(shown).mappings()]}


def newest_page(
    connection: Connection, purpose: str, kinds: Sequence[str], since: int, limit: int, offset: int,
    now: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Give one page of the last words on the newest window of each kind and version that ends after `since`."""
    found = [one for one in newest(connection, purpose, kinds, now) if one["until"] > since]
    return {"total": len(found), "readings": found[offset : offset + limit]}


def _last(connection: Connection, cells: Mapping[str, Any], now: int) -> tuple[Any, ...] | None:
    said = select(*(reading.c[name] for name in SAID)).where(*(_same(name, cells[name]) for name in OF))
    found = connection.execute(said.where(*_said_by(now)).order_by(*_freshest()).limit(1)).one_or_none()
    return None if found is None else tuple(found)


def _said_by(now: int | None) -> list[ColumnElement[bool]]:
    """Leave out what a clock that ran ahead said: it would be the newest until time has caught up."""
    return [] if now is None else [reading.c.at <= now + SKEW]


def _same(name: str, value: Any) -> ColumnElement[bool]:
    return reading.c[name].is_(None) if value is None else reading.c[name] == value


def _freshest() -> tuple[ColumnElement[Any], ...]:
    return reading.c.until.desc(), reading.c.at.desc(), reading.c.id.desc()


def _told(row: RowMapping) -> dict[str, Any]:
    told = {str(name): value for name, value in row.items() if name != "place"}
    return {**told, "figures": orjson.loads(told["figures"])}
