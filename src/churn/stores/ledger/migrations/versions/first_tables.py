"""Make the first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of predictions, of feedback and of operations."""
    _records()
    _scores()
    _answers()
    _feedback()
    _operations()


def _records() -> None:
    _table(
        "record", _text("id"), _at(), _text("door"), _text("purpose"), _text("customer", nullable=True),
        _number("rows"), _number("model_version"), _text("model_digest"), _text("request_id"), _text("caller"),
        _text("input_digest", nullable=True), _text("output_digest", nullable=True), _text("origin", nullable=True),
        _at("erased", nullable=True), _bytes("inputs"), _bytes("results"), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    _table("expansion", _text("record"), _number("done"), sa.PrimaryKeyConstraint("record"))
    _table(
        "refusal", _text("id"), _text("record", nullable=True), _at(), _text("column"), _text("reason"),
        _number("count"), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_refusal_at", "refusal", ["at"])


def _scores() -> None:
    _table("score", *_scored(), sa.PrimaryKeyConstraint("at", "record", "row"), sqlite_with_rowid=False)
    inputs = sa.Column("inputs", sa.Text(), nullable=False)
    _table("latest", *_scored(), inputs, sa.PrimaryKeyConstraint("purpose", "customer"))


def _answers() -> None:
    _table(
        "answer", _text("key"), _text("caller"), _text("digest"), _at(), _text("record", nullable=True),
        _number("status"), _bytes("body"), sa.PrimaryKeyConstraint("key", "caller"),
    )  # fmt: skip
    op.create_index("ix_answer_at", "answer", ["at"])
    op.create_index("ix_answer_record", "answer", ["record"])


def _feedback() -> None:
    _table(
        "outcome", _text("id"), _text("customer"), _day("observed_on"), _text("purpose"), _flag("churned"),
        _text("prediction", nullable=True), _at(), _text("caller"), sa.PrimaryKeyConstraint("id"),
        _once("outcome", "customer", "observed_on", "purpose"),
    )  # fmt: skip
    op.create_index("ix_outcome_at", "outcome", ["at"])
    _table(
        "contact", _text("id"), _text("customer"), _at(), _text("channel"), _text("offer", nullable=True),
        _flag("held_out"), _text("prediction", nullable=True), _text("purpose"), _text("caller"),
        sa.PrimaryKeyConstraint("id"), _once("contact", "customer", "at", "channel", "purpose"),
    )  # fmt: skip
    op.create_index("ix_contact_at", "contact", ["at"])
    _table(
        "suppression", _text("id"), _text("customer"), _text("reason"), _day("until"), _at(), _text("caller"),
        sa.PrimaryKeyConstraint("id"), _once("suppression", "customer", "reason", "until"),
    )  # fmt: skip
    op.create_index("ix_suppression_until", "suppression", ["until"])


def _operations() -> None:
    _table(
        "alert", _text("id"), _text("kind"), _text("severity"), _text("words"), _at("raised_at"), _at("last_at"),
        _number("times"), _at("resolved_at", nullable=True), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_alert_raised_at", "alert", ["raised_at"])
    is_open = sa.text("resolved_at IS NULL")
    op.create_index("uq_alert_open", "alert", ["kind"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    _table(
        "serving", _text("id"), _at(), _text("host"), _number("version"), _text("digest"), _text("why"), _text("who"),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_serving_at", "serving", ["at"])
    _table(
        "erasure", _text("id"), _at(), _text("digest"), _text("counts"), _text("caller"), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_erasure_digest", "erasure", ["digest"])


def _scored() -> list[sa.Column[Any]]:
    figures = [sa.Column(name, sa.Float(), nullable=name != "probability") for name in
               ("probability", "expected_value", "monthly")]  # fmt: skip
    return [
        _text("record"), _number("row"), _text("customer"), _text("purpose"), _at(), _number("model_version"),
        *figures, _text("tier", nullable=True), _flag("offer", nullable=True),
    ]  # fmt: skip


def _table(name: str, *columns: sa.schema.SchemaItem, **options: Any) -> None:
    op.create_table(name, *columns, **options)


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _at(name: str = "at", *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=nullable)


def _day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary())
