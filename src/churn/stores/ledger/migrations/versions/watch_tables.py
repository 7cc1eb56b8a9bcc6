"""Make the tables of readings, decisions, deliveries and experiments; let alerts say whose they are."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

OPEN, RUNNING = "resolved_at IS NULL", "state = 'running'"


def upgrade() -> None:
    """Add what monitoring, deciding and alerting keep."""
    _alerts()
    _add("refusal", _purposed())
    _readings()
    _decisions()
    _experiments()


def _alerts() -> None:
    """Make an open alert one of its kind and purpose, so that what is simulated never hides what is not."""
    _add("alert", _purposed(), *(sa.Column(name, sa.String()) for name in ("owner", "runbook")))
    _add("alert", _at("acknowledged_at", nullable=True), sa.Column("acknowledged_by", sa.String()))
    _add("alert", sa.Column("note", sa.Text()), sa.Column("resolved_by", sa.String()))
    op.drop_index("uq_alert_open", "alert")
    _unique("uq_alert_open", "alert", ["kind", "purpose"], OPEN)
    op.create_table(
        "delivery", *_texts("id", "alert", "channel", "event"), _at("at"), *_texts("state"), _number("tries"),
        sa.Column("fault", sa.Text()), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_delivery_alert", "delivery", ["alert"])


def _readings() -> None:
    op.create_table(
        "reading", *_texts("id"), _at("at"), *_texts("purpose", "kind"), _number("model_version", nullable=True),
        _at("since"), _at("until"), *_texts("state"), _long("words"), _long("figures"), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_reading_purpose_kind_until", "reading", ["purpose", "kind", "until"])


def _decisions() -> None:
    op.create_table(
        "decision", *_texts("id"), _at("at"), *_texts("purpose", "action", "cause"), _long("words"), _long("evidence"),
        sa.Column("money", sa.Float()), _at("until", nullable=True), _at("done_at", nullable=True),
        _long("done", nullable=True), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_decision_purpose_at", "decision", ["purpose", "at"])


def _experiments() -> None:
    op.create_table(
        "experiment", *_texts("id"), _at("at"), *_texts("who", "purpose", "name", "mode"), _number("champion"),
        _number("challenger"), sa.Column("share", sa.Float(), nullable=False), *_texts("salt"), _long("declared"),
        _at("begins"), _at("ends"), *_texts("state"), _long("result", nullable=True), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    _unique("uq_experiment_running", "experiment", ["purpose"], RUNNING)


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _unique(name: str, table: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=only, postgresql_where=only)


def _purposed() -> sa.Column[str]:
    return sa.Column("purpose", sa.String(), nullable=False, server_default="production")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _long(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)
