"""What the worth of an offer depends on, of everybody who is there."""

from sqlalchemy import Connection, func, select

from churn.stores.ledger.queries.gone import gone
from churn.stores.ledger.tables import latest


def there(connection: Connection, purpose: str) -> list[tuple[float, float]]:
    """Give the probability and the monthly value of everybody who was scored and has not left."""
    shown = (latest.c.probability, func.coalesce(latest.c.monthly, 0.0))
    mine = (latest.c.purpose == purpose, latest.c.customer.not_in(gone(purpose)))
    return [(row[0], row[1]) for row in connection.execute(select(*shown).where(*mine))]
