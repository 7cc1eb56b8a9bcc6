"""The tables of operations: alerts, what was served, receipts, readings, decisions and experiments.

`at` is microseconds since 1970, UTC; what ends in "as JSON" is one object kept as text.
"""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text, text

from churn.stores.ledger.schema import metadata

alert = Table(
    "alert",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("words", String, nullable=False),
    Column("raised_at", BigInteger, nullable=False, index=True),
    Column("last_at", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    Column("resolved_at", BigInteger),
    Column("purpose", String, nullable=False, server_default="production"),
    Column("owner", String),
    Column("runbook", String),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", String),
    Column("note", Text),
    Column("resolved_by", String),
    # one open alert of a kind and purpose, whoever raises it
    Index("uq_alert_open", "kind", "purpose", unique=True, sqlite_where=text("resolved_at IS NULL"),
          postgresql_where=text("resolved_at IS NULL")),
)  # fmt: skip

delivery = Table(  # one try series of an alert at a channel; `state` is sent, failed (tried again) or given_up
    "delivery",
    metadata,
    Column("id", String, primary_key=True),
    Column("alert", String, nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("event", String, nullable=False),  # raised, worse, resolved or a reminder
    Column("at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("fault", Text),
)

serving = Table(
    "serving",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("host", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("why", String, nullable=False),
    Column("who", String, nullable=False),
)

erasure = Table(  # receipts; `digest` is of the stored name, so that none can be read back
    "erasure",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("digest", String, nullable=False, index=True),
    Column("counts", String, nullable=False),
    Column("caller", String, nullable=False),
)

reading = Table(  # what monitoring saw in a window; `figures` as JSON
    "reading",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("purpose", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("model_version", Integer),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Index("ix_reading_purpose_kind_until", "purpose", "kind", "until"),
)

decision = Table(  # what was decided upon readings; `until` ends its cool-down; `evidence` as JSON
    "decision",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("purpose", String, nullable=False),
    Column("action", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("money", Float),
    Column("until", BigInteger),
    Column("done_at", BigInteger),
    Column("done", Text),
    Index("ix_decision_purpose_at", "purpose", "at"),
)

experiment = Table(  # `declared` and `result` as JSON
    "experiment",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("name", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("champion", Integer, nullable=False),
    Column("challenger", Integer, nullable=False),
    Column("share", Float, nullable=False),
    Column("salt", String, nullable=False),
    Column("declared", Text, nullable=False),
    Column("begins", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("result", Text),
    # one experiment of a purpose runs at a time, whoever starts it
    Index("uq_experiment_running", "purpose", unique=True, sqlite_where=text("state = 'running'"),
          postgresql_where=text("state = 'running'")),
)  # fmt: skip
