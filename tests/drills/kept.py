"""What the ledger holds, read with plain SQL; the blocks of a batch as the ledger itself reads them."""

import sqlite3
import time
from dataclasses import dataclass
from typing import Any

import orjson

from churn.stores.ledger import bodies
from drills.callers import Question

RECORDS = "SELECT id, customer, inputs, results, model_version FROM record WHERE door = 'predict'"
BATCHES = "SELECT id, rows, inputs, results, model_version FROM record WHERE door = 'batch'"
KEYS = "SELECT key, record, status, body FROM answer"
TWICE = "SELECT customer, COUNT(*) FROM score GROUP BY customer HAVING COUNT(*) > 1"
SCORES = """SELECT (SELECT COALESCE(SUM(rows), 0) FROM record WHERE door IN ('predict', 'batch'))
    - (SELECT COUNT(*) FROM score)"""
EXPANDED_WITHIN = 30.0


@dataclass(frozen=True)
class Kept:
    """The predictions of a ledger, and the answers kept under keys.

    Singles are found by their customer (who is the key, too), batches by their record.
    """

    singles: dict[str, tuple[str, bytes, bytes, int]]
    batches: dict[str, tuple[int, bytes, bytes, int]]
    keys: dict[str, tuple[str, int, bytes]]
    twice: list[Any]
    unscored: int


def read(url: str, seconds: float = EXPANDED_WITHIN) -> Kept:
    """Read a ledger, whichever database keeps it, once the service has expanded its batches."""
    until = time.monotonic() + seconds
    while (kept := _read(_sqlite(url) if url.startswith("sqlite") else _postgresql(url))).unscored:
        if time.monotonic() > until:
            break
        time.sleep(0.5)
    return kept


def _read(connection: Any) -> Kept:
    def asked(query: str) -> list[Any]:
        return list(connection.execute(query).fetchall())

    try:
        singles = {one[1]: (one[0], bytes(one[2]), bytes(one[3]), one[4]) for one in asked(RECORDS)}
        batches = {one[0]: (one[1], bytes(one[2]), bytes(one[3]), one[4]) for one in asked(BATCHES)}
        keys = {one[0]: (one[1], one[2], bytes(one[3])) for one in asked(KEYS)}
        return Kept(singles, batches, keys, asked(TWICE), int(asked(SCORES)[0][0]))
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
    told = [(one, orjson.loads(one.acknowledged.body)) for one in questions if one.acknowledged]
    return [f"{one.key}: {words}" for one, answer in told if (words := _fault(kept, one, answer))]


def _fault(kept: Kept, question: Question, answer: dict[str, Any]) -> str:
    if question.key not in kept.keys or orjson.loads(kept.keys[question.key][2]) != answer:
        return "the key holds another answer"
    return _single(kept, question, answer) if question.path == "/predict" else _batch(kept, question, answer)


def _single(kept: Kept, question: Question, answer: dict[str, Any]) -> str:
    if question.key not in kept.singles:
        return "no record"
    name, inputs, results, version = kept.singles[question.key]
    if name != answer["prediction_id"] or version != answer["model_version"]:
        return f"recorded as {name} of version {version}, told {answer}"
    if orjson.loads(results)["churn_probability"] != answer["churn_probability"]:
        return "another probability is recorded"
    return "" if _same(orjson.loads(question.body), orjson.loads(inputs)) else "another customer is recorded"


def _batch(kept: Kept, question: Question, answer: dict[str, Any]) -> str:
    if answer["record_id"] not in kept.batches:
        return "no record"
    rows, inputs, results, version = kept.batches[answer["record_id"]]
    asked, told = orjson.loads(question.body), answer["predictions"]
    if rows != len(asked) or version != answer["model_version"]:
        return f"recorded with {rows} rows of version {version}"
    recorded = list(bodies.entries(inputs, results))
    if {index: one["churn_probability"] for index, _, one in recorded} != {
        one["index"]: one["churn_probability"] for one in told
    }:
        return "other probabilities are recorded"
    same = all(_same(asked[index], row) for index, row, _ in recorded)
    return "" if same else "other customers are recorded"


def _same(asked: dict[str, Any], recorded: dict[str, Any]) -> bool:
    return all(recorded.get(column) == value for column, value in asked.items())


def unspoken(kept: Kept, questions: list[Question]) -> list[str]:
    """Name each question that is recorded although nobody was told."""
    return [one.key for one in questions if one.key in kept.keys and not one.acknowledged]
