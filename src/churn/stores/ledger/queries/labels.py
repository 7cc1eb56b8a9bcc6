"""What became of a customer after a moment: left within the horizon, stayed beyond it, or not known."""

from typing import Any

from sqlalchemy import Integer, and_, case, func, literal, or_, select
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger.queries.cells import DAY, day
from churn.stores.ledger.tables import outcome


def labelled(moments: Any, horizon_days: int, purpose: str, *keys: str, every: bool = False) -> Subquery:
    """Give 1 (left) or 0 (stayed) for each moment, a row that has customer, at, prediction and the unique `keys`.

    An outcome told of the very prediction counts as told. Any other outcome of the customer counts by its day: who left
    within the horizon left; who was there at its end, or left later, stayed. Unlabelled is not stayed: moments without
    such an outcome are left out, or, with `every`, null.
    """
    begins, ends = day(moments.c.at), day(moments.c.at + horizon_days * DAY)
    told = func.coalesce(outcome.c.prediction == moments.c.prediction, literal(value=False))
    on = outcome.c.observed_on
    left = and_(outcome.c.churned, or_(told, and_(on >= begins, on <= ends)))
    later = or_(and_(outcome.c.churned, on > ends), and_(outcome.c.churned.is_(False), on >= ends))
    stayed = or_(and_(outcome.c.churned.is_(False), told), later)
    label = case((left, 1), (stayed, 0), else_=literal(None, Integer))
    same = and_(outcome.c.customer == moments.c.customer, outcome.c.purpose == purpose)
    names = [moments.c[key] for key in keys]
    joined = moments.join(outcome, same, isouter=every)
    found = select(*names, func.max(label).label("churned")).select_from(joined).group_by(*names)
    return (found if every else found.having(func.max(label).is_not(None))).subquery("labelled")
