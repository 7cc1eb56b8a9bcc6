"""The ledger's tables. `at` is microseconds since 1970, UTC; `customer` the stored name: the id, or its keyed hash."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from churn.stores.ledger.operations import alert, decision, delivery, erasure, experiment, reading, serving
from churn.stores.ledger.schema import REVISION, metadata

__all__ = [
    "REVISION", "alert", "answer", "contact", "decision", "delivery", "erasure", "expansion", "experiment", "latest",
    "metadata", "outcome", "reading", "record", "refusal", "score", "serving", "suppression",
]  # fmt: skip

record = Table(  # its ids sort by the time at which they were made
    "record",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("door", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("customer", String),
    Column("rows", Integer, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("model_digest", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("caller", String, nullable=False),
    Column("input_digest", String),
    Column("output_digest", String),
    Column("origin", String),
    Column("erased", BigInteger),  # when a single's content was erased; an erased row of a batch is null in its bodies
    Column("inputs", LargeBinary),
    Column("results", LargeBinary),
)

expansion = Table(  # batches whose rows are not all in `score` yet; `done` counts those that are
    "expansion",
    metadata,
    Column("record", String, primary_key=True),
    Column("done", Integer, nullable=False),
)


def _scored() -> list[Column[object]]:
    return [
        Column("at", BigInteger, nullable=False),
        Column("model_version", Integer, nullable=False),
        Column("probability", Float, nullable=False),
        Column("expected_value", Float),
        Column("monthly", Float),
        Column("tier", String),
        Column("offer", Boolean),
    ]


# One row a scored customer with an id, in the order of time; `row` is -1 for a single. No index by customer: each
# prediction would cost a fifth more to write, for erasures, which look through a million rows in a third of a second.
score = Table(
    "score",
    metadata,
    Column("record", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("customer", String, nullable=False),
    Column("purpose", String, nullable=False),
    *_scored(),
    PrimaryKeyConstraint("at", "record", "row"),
    sqlite_with_rowid=False,
)

latest = Table(  # the newest score of each customer for each purpose, with the row it was scored on (JSON)
    "latest",
    metadata,
    Column("record", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("customer", String, nullable=False),
    Column("purpose", String, nullable=False),
    *_scored(),
    Column("inputs", Text, nullable=False),
    PrimaryKeyConstraint("purpose", "customer"),
)

refusal = Table(  # `record` is null where nothing of the request was scored
    "refusal",
    metadata,
    Column("id", String, primary_key=True),
    Column("record", String),
    Column("at", BigInteger, nullable=False, index=True),
    Column("column", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("purpose", String, nullable=False, server_default="production"),
)

answer = Table(  # kept under an Idempotency-Key; a body that was erased is null
    "answer",
    metadata,
    Column("key", String, primary_key=True),
    Column("caller", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("record", String, index=True),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", String, nullable=False),
    Column("observed_on", Date, nullable=False),
    Column("purpose", String, nullable=False),
    Column("churned", Boolean, nullable=False),
    Column("prediction", String),
    Column("at", BigInteger, nullable=False, index=True),
    Column("caller", String, nullable=False),
    UniqueConstraint("customer", "observed_on", "purpose"),
)

contact = Table(
    "contact",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", String, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("offer", String),
    Column("held_out", Boolean, nullable=False),
    Column("prediction", String),
    Column("purpose", String, nullable=False),
    Column("caller", String, nullable=False),
    UniqueConstraint("customer", "at", "channel", "purpose"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("until", Date, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("caller", String, nullable=False),
    UniqueConstraint("customer", "reason", "until"),
)
