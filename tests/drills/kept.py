"""What the ledger holds, read with plain SQL by nobody's code but this."""

import sqlite3
from dataclasses import dataclass
from typing import Any

import orjson

from drills.callers import Question

RECORDS = "SELECT id, customer, inputs, results, model_version FROM record WHERE door = 'predict'"
KEYS = "SELECT key, record, status, body FROM answer"
TWICE = "SELECT customer, COUNT(*) FROM record WHERE door = 'predict' GROUP BY customer HAVING COUNT(*) > 1"
SCORES = """SELECT COUNT(*) FROM record r WHERE door = 'predict' AND customer IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM score s WHERE s.record = r.id)"""


@dataclass(frozen=True)
class Kept:
    """The predictions of a ledger by their customer (who is the key, too), and the answers kept under keys."""

    records: dict[str, tuple[str, bytes, bytes, int]]
    keys: dict[str, tuple[str, int, bytes]]
    twice: list[Any]
    unscored: int


def read(url: str) -> Kept:
    """Read a ledger, whichever database keeps it."""
    return _read(_sqlite(url) if url.startswith("sqlite") else _postgresql(url))


def _read(connection: Any) -> Kept:
    def asked(query: str) -> list[Any]:
        return list(connection.execute(query).fetchall())

    try:
        records = {one[1]: (one[0], bytes(one[2]), bytes(one[3]), one[4]) for one in asked(RECORDS)}
        keys = {one[0]: (one[1], one[2], bytes(one[3])) for one in asked(KEYS)}
        return Kept(records, keys, asked(TWICE), asked(SCORES)[0][0])
    finally:
        connection.close()


def _sqlite(url: str) -> Any:
    connection = sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True, timeout=30)
    (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
    assert whole == "ok", whole
    return connection


def _postgresql(url: str) -> Any:
    import psycopg

    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))


def missing(kept: Kept, questions: list[Question]) -> list[str]:
    """Name each acknowledged prediction that the ledger lacks, or holds otherwise than it was told."""
    return [words for one in questions if one.acknowledged and (words := _fault(kept, one, one.acknowledged.body))]


def _fault(kept: Kept, question: Question, told: bytes) -> str:
    answer, row = orjson.loads(told), orjson.loads(question.body)
    if question.key not in kept.records:
        return f"{question.key}: no record"
    name, inputs, results, version = kept.records[question.key]
    if name != answer["prediction_id"] or version != answer["model_version"]:
        return f"{question.key}: recorded as {name} of version {version}, told {answer}"
    if orjson.loads(results)["churn_probability"] != answer["churn_probability"]:
        return f"{question.key}: another probability is recorded"
    if any(orjson.loads(inputs)[column] != value for column, value in row.items() if column in orjson.loads(inputs)):
        return f"{question.key}: another customer is recorded"
    if question.key not in kept.keys or orjson.loads(kept.keys[question.key][2]) != answer:
        return f"{question.key}: the key holds another answer"
    return ""


def unspoken(kept: Kept, questions: list[Question]) -> list[str]:
    """Name each question that is recorded although nobody was told."""
    return [one.key for one in questions if one.key in kept.records and not one.acknowledged]
