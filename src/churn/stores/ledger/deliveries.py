"""Who was told of which alert: a row for each event and channel, tried until it is sent or given up."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from churn.stores.ledger.queries.alerts import ROW, severity, with_deliveries
from churn.stores.ledger.tables import alert, delivery

MOST = 200
"""Alerts that are looked at in one turn, open ones first."""
TURN = "turn"
BEGUN = "it was begun, and how it ended is not known"


class Owed(NamedTuple):
    """One message: what of which alert goes through which channel, after how many tries."""

    alert: str
    event: str
    channel: str
    tries: int

    @property
    def id(self) -> str:
        """Name the row; whoever else sends the same names it so, too."""
        return f"{self.alert}.{self.event}.{self.channel}"


def lately(connection: Connection, since: int, purpose: str, severities: Sequence[str]) -> list[dict[str, Any]]:
    """List the alerts of these severities that are open or were resolved since, with their `deliveries`."""
    seen = or_(alert.c.resolved_at.is_(None), alert.c.resolved_at >= since)
    asked = select(*ROW).where(alert.c.purpose == purpose, seen, severity.in_(severities))
    order = (alert.c.resolved_at.is_not(None), alert.c.last_at.desc(), alert.c.id.desc())
    found = connection.execute(asked.order_by(*order).limit(MOST)).mappings()
    return with_deliveries(connection, [dict(row) for row in found])


def claim(connection: Connection, owed: Sequence[Owed], at: int) -> list[Owed]:
    """Begin to send; give those that nobody else began meanwhile.

    They stand as failed until their end is noted, so that what a kill breaks off is tried again.
    """
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(delivery)
    won = []
    for one in owed:
        begun = {"at": at, "tries": one.tries + 1, "state": "failed", "fault": BEGUN}
        mine = and_(delivery.c.state == "failed", delivery.c.tries == one.tries)
        named = {"id": one.id, "alert": one.alert, "event": one.event, "channel": one.channel}
        tried = add.on_conflict_do_update(index_elements=["id"], set_=begun, where=mine).returning(delivery.c.id)
        if connection.execute(tried, named | begun).first():
            won.append(one)
    return won


def note(connection: Connection, one: Owed, at: int, state: str, fault: str | None) -> None:
    """Note how the sending of a message ended: sent, failed or given_up."""
    mine = update(delivery).where(delivery.c.id == one.id, delivery.c.tries == one.tries + 1)
    connection.execute(mine.values(at=at, state=state, fault=fault))


def silent(connection: Connection, channels: Sequence[str]) -> list[str]:
    """List those of these channels whose last message that was decided upon was given up."""
    found = []
    for channel in channels:
        ended = select(delivery.c.state).where(delivery.c.channel == channel, delivery.c.state != "failed")
        if connection.execute(ended.order_by(delivery.c.at.desc()).limit(1)).scalar() == "given_up":
            found.append(channel)
    return found


def beat(connection: Connection, purpose: str, at: int) -> None:
    """Note that monitoring came through a turn: a delivery of no alert, which whoever watches the watcher reads."""
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(delivery)
    cells = {"alert": TURN, "channel": TURN, "event": purpose, "at": at, "state": "sent", "tries": 1}
    once = add.on_conflict_do_update(index_elements=["id"], set_={"at": at})
    connection.execute(once, {"id": f"{TURN}.{purpose}"} | cells)


def last_beat(connection: Connection, purpose: str) -> int | None:
    """Tell when monitoring last came through a turn; None where it never did."""
    return connection.execute(select(delivery.c.at).where(delivery.c.id == f"{TURN}.{purpose}")).scalar()
