"""What came of predictions: what happened, who was contacted, who must not be. `customer` is the stored name."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite

from churn.errors import Conflict
from churn.stores.ledger import entries
from churn.stores.ledger.queries.prediction import purpose_and_time
from churn.stores.ledger.tables import contact as contacts
from churn.stores.ledger.tables import outcome as outcomes
from churn.stores.ledger.tables import suppression as suppressions

SKEW = 5 * 60 * 1_000_000
"""Microseconds by which another machine's clock may be ahead of ours."""
WEST, EAST = 12 * 3600 * 1_000_000, 14 * 3600 * 1_000_000
"""Microseconds between UTC and the zones that write the earliest and the latest day: a day is told without its zone."""
UNREAL = ("simulated", "test")
"""Purposes that whatever is said about such a prediction shares."""

Told = dict[str, Any]


def outcome(
    connection: Connection, customer: str, churned: bool, observed_on: date, prediction: str | None, at: int,
    caller: str, purpose: str = "production",
) -> Told:  # fmt: skip
    """Note whether a customer had left on a day; the same again gives the same answer.

    What is said of a simulated prediction is simulated. Raises UnknownPrediction, Erased, Conflict.
    """
    _not_ahead("observed_on", observed_on, day(entries.now() + EAST + SKEW))
    if prediction is not None:
        purpose, predicted = _about(connection, customer, prediction, purpose)
        if observed_on < day(predicted - WEST):
            raise Conflict(f"observed_on {observed_on} lies before the prediction, which is of {day(predicted)}")
    cells = {"customer": customer, "observed_on": observed_on, "purpose": purpose, "churned": churned,
             "prediction": prediction, "at": at, "caller": caller}  # fmt: skip
    return _note(connection, outcomes, cells, ("churned",))


def contact(  # noqa: PLR0913, PLR0917 it is said with so many words
    connection: Connection, customer: str, at: int, channel: str, offer: str | None, held_out: bool,
    prediction: str | None, caller: str, purpose: str = "production",
) -> Told:  # fmt: skip
    """Note that a customer was offered something, or was held out; the same again gives the same answer.

    Raises UnknownPrediction, Erased, Conflict.
    """
    _not_ahead("at", at, entries.now() + SKEW)
    if prediction is not None:
        purpose, predicted = _about(connection, customer, prediction, purpose)
        if at < predicted - SKEW:
            raise Conflict(f"the contact lies before the prediction, which is of {_moment(predicted)}")
    cells = {"customer": customer, "at": at, "channel": channel, "offer": offer, "held_out": held_out,
             "prediction": prediction, "purpose": purpose, "caller": caller}  # fmt: skip
    return _note(connection, contacts, cells, ("offer", "held_out"))


def suppression(connection: Connection, customer: str, reason: str, until: date, at: int, caller: str) -> Told:
    """Note that a customer must not be called until a day has passed; the same again gives the same answer."""
    cells = {"customer": customer, "reason": reason, "until": until, "at": at, "caller": caller}
    return _note(connection, suppressions, cells, ())


def day(at: int) -> date:
    """Give the day, in UTC, of a time in microseconds."""
    return datetime.fromtimestamp(at / 1e6, UTC).date()


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at // 1_000_000, UTC).isoformat().replace("+00:00", "Z")


def _not_ahead(field: str, given: Any, latest: Any) -> None:
    if given > latest:
        shown = _moment(given) if isinstance(given, int) else given
        raise Conflict(f"{field} {shown} lies in the future; look at the sender's clock, which must be right in UTC")


def _about(connection: Connection, customer: str, prediction: str, purpose: str) -> tuple[str, int]:
    """Give the purpose of what is said about a prediction, and when that was made."""
    made_for, at, of = purpose_and_time(connection, prediction)
    if of is not None and of != customer:
        raise Conflict(f"prediction {prediction} is of another customer")
    return made_for if made_for in UNREAL else purpose, at


def _note(connection: Connection, table: Table, cells: Told, held: tuple[str, ...]) -> Told:
    """Add a row, or give the one that says the same.

    Raises Conflict where it says otherwise in a column of `held`, or speaks of another prediction.
    """
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)
    connection.execute(add.on_conflict_do_nothing(), {"id": entries.new_id(), **cells})
    (once,) = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    same = [column == cells[column.name] for column in once.columns]
    first = dict(connection.execute(select(table).where(*same)).mappings().one())
    both = first["prediction"] and cells["prediction"] if "prediction" in cells else None
    for name in (*held, *(["prediction"] if both else [])):
        if first[name] != cells[name]:
            spelt = " and ".join(one.name for one in once.columns)
            raise Conflict(f"{name} is {first[name]!r} in the ledger for the same {spelt}, not {cells[name]!r}")
    return first
