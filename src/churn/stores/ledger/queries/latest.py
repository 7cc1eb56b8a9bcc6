"""A customer's last known score."""

from typing import Any

import orjson
from sqlalchemy import Connection, select

from churn.errors import UnknownPrediction
from churn.stores.ledger.entries import prediction_id
from churn.stores.ledger.tables import latest

UNKNOWN = (
    "no score of this customer is kept by itself (scored files keep theirs: `churn why RECORD.ROW`), or it was erased"
)


def last_known(connection: Connection, customer: str, purpose: str = "production") -> dict[str, Any]:
    """Fetch the newest score of a customer (the stored name), with `prediction_id` and the `inputs` it was made of.

    Raises UnknownPrediction.
    """
    mine = (latest.c.purpose == purpose) & (latest.c.customer == customer)
    # No name holds a null character, and PostgreSQL would not take it even in a question.
    found = None if "\0" in customer else connection.execute(select(latest).where(mine)).mappings().one_or_none()
    if found is None:
        raise UnknownPrediction(UNKNOWN)
    name = prediction_id(found["record"], found["row"])
    return dict(found) | {"prediction_id": name, "inputs": orjson.loads(found["inputs"])}
