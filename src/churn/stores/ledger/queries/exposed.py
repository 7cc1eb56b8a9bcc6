"""Customers whom an experiment met: who answered each first, what came of it, and what another model said beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, and_, exists, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger import bodies
from churn.stores.ledger.columnar import Row
from churn.stores.ledger.entries import ONLY
from churn.stores.ledger.queries.cells import DAY, prediction
from churn.stores.ledger.queries.labels import labelled
from churn.stores.ledger.tables import contact, record, score

SHADOW = "shadow"
KEYS = ("record", "row")
AT_ONCE = 100
"""Records held at once; each may hold thousands of customers."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Scores of a purpose (of one version, if named) from `since` until before `until`, followed for some days."""

    purpose: str
    since: int
    until: int
    horizon_days: int
    version: int | None = None


def answered(connection: Connection, asked: Followed) -> dict[int, int]:
    """Count the customers by the version that answered each first."""
    first = _firsts(asked)
    counted = select(first.c.model_version, func.count()).group_by(first.c.model_version)
    return {int(version): int(customers) for version, customers in connection.execute(counted)}


def shadowed(connection: Connection, asked: Followed, version: int) -> int:
    """Count the customers beside whose first answer a version's shadow stands."""
    first = _firsts(asked)
    return connection.execute(select(func.count()).select_from(first).join(*_beside(first, version))).scalar_one()


def outcomes(connection: Connection, asked: Followed) -> Sequence[Any]:
    """Give each customer at the first score: customer, model_version, monthly, called, held, before, churned.

    `before` is the probability of the last score before the span, None without one; `churned` is None if not known.
    """
    first, before = _firsts(asked), _befores(asked)
    told = labelled(first, asked.horizon_days, asked.purpose, *KEYS, every=True)
    same = and_(*(first.c[name] == told.c[name] for name in KEYS))
    own = first.c.customer == before.c.customer
    cells = (first.c.customer, first.c.model_version, first.c.monthly, *_contacts(first, asked), before.c.before)
    found = select(*cells, told.c.churned).select_from(first.join(told, same).join(before, own, isouter=True))
    return connection.execute(found.order_by(first.c.customer)).all()


def pairs(connection: Connection, asked: Followed, version: int) -> Sequence[Any]:
    """Give each customer whose outcome is known and beside whose first answer a version's shadow stands.

    Each row: the first answer's probability, the shadow's, monthly, called, held, offer, churned.
    """
    first = _firsts(asked)
    told = labelled(first, asked.horizon_days, asked.purpose, *KEYS)
    same = and_(*(first.c[name] == told.c[name] for name in KEYS))
    twin, near = _beside(first, version)
    cells = (first.c.probability, twin.c.probability, first.c.monthly, *_contacts(first, asked), first.c.offer)
    found = select(*cells, told.c.churned).select_from(first.join(told, same).join(twin, near))
    return connection.execute(found.order_by(first.c.customer)).all()


def due(connection: Connection, asked: Followed, most: int) -> Sequence[Any]:
    """Give the first customers, in the order of time, whether or not their outcome is known.

    Each row: record, row, probability, monthly, called, held, offer, churned (None: not known).
    """
    all_ = _firsts(asked)
    first = select(all_).order_by(all_.c.at, all_.c.record, all_.c.row).limit(most).subquery("first_ones")
    told = labelled(first, asked.horizon_days, asked.purpose, *KEYS, every=True)
    same = and_(*(first.c[name] == told.c[name] for name in KEYS))
    cells = (*(first.c[name] for name in (*KEYS, "probability", "monthly")), *_contacts(first, asked), first.c.offer)
    found = select(*cells, told.c.churned).select_from(first.join(told, same))
    return connection.execute(found.order_by(first.c.at, first.c.record, first.c.row)).all()


def inputs(connection: Connection, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Row]:
    """Give what these rows of records were scored on; what was erased meanwhile is left out."""
    found: dict[tuple[str, int], Row] = {}
    names = sorted({name for name, _ in wanted})
    for start in range(0, len(names), AT_ONCE):
        some = record.c.id.in_(names[start : start + AT_ONCE])
        for name, asked, answered in connection.execute(
            select(record.c.id, record.c.inputs, record.c.results).where(some)
        ):
            found |= {(name, row): cells for row, cells in _rows(asked, answered)}
    return {key: found[key] for key in wanted if key in found}


def _rows(asked: Any, answered: Any) -> Iterator[tuple[int, Row]]:
    if asked and bytes(asked[:1]) == b"{":
        yield ONLY, orjson.loads(asked)
    elif asked:
        yield from ((row, cells) for row, cells, _ in bodies.entries(asked, answered) if cells is not None)


def _firsts(asked: Followed) -> Subquery:
    """Take each customer's first score in the span."""
    order = (score.c.at, score.c.record, score.c.row)
    place = func.row_number().over(partition_by=score.c.customer, order_by=order).label("place")
    mine = [score.c.purpose == asked.purpose, score.c.at >= asked.since, score.c.at < asked.until]
    mine += [] if asked.version is None else [score.c.model_version == asked.version]
    named = prediction(score.c.record, score.c.row).label("prediction")
    ranked = select(score, named, place).where(*mine).subquery("ranked")
    return select(ranked).where(ranked.c.place == 1).subquery("first")


def _befores(asked: Followed) -> Subquery:
    """Take each customer's last score before the span."""
    order = (score.c.at.desc(), score.c.record.desc(), score.c.row.desc())
    place = func.row_number().over(partition_by=score.c.customer, order_by=order).label("place")
    told = select(score.c.customer, score.c.probability.label("before"), place)
    ranked = told.where(score.c.purpose == asked.purpose, score.c.at < asked.since).subquery("earlier")
    return select(ranked).where(ranked.c.place == 1).subquery("before")


def _beside(first: Subquery, version: int) -> tuple[Any, ColumnElement[bool]]:
    twin = score.alias("twin")
    same = and_(twin.c.customer == first.c.customer, twin.c.at == first.c.at, twin.c.row == first.c.row)
    return twin, and_(same, twin.c.purpose == SHADOW, twin.c.model_version == version)


def _contacts(first: Subquery, asked: Followed) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Tell whether a customer was called within the horizon, and whether held out."""
    mine = and_(contact.c.customer == first.c.customer, contact.c.purpose == asked.purpose)
    within = contact.c.at.between(first.c.at, first.c.at + asked.horizon_days * DAY)
    told = [exists().where(mine, within, contact.c.held_out.is_(held)) for held in (False, True)]
    return told[0].label("called"), told[1].label("held")
