"""When somebody was scored last."""

from sqlalchemy import Connection, select

from churn.stores.ledger.tables import score


def newest(connection: Connection, purpose: str = "production") -> int | None:
    """Give the time of the newest score, in microseconds, or None where nobody was scored."""
    mine = select(score.c.at).where(score.c.purpose == purpose).order_by(score.c.at.desc()).limit(1)
    return connection.execute(mine).scalar()
