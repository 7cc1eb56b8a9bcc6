"""One customer, erased everywhere at once, with a receipt that names nobody."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from churn.stores.ledger import bodies, columnar, expansion
from churn.stores.ledger.entries import ONLY, new_id
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.tables import answer, contact, erasure, latest, outcome, record, score, suppression

FILED = ("file", "score")
NOTHING = "nothing was kept under this id; look whether it is spelt as it was scored"
KEPT = {"inputs": None, "results": None, "customer": None}


async def erase(ledger: Ledger, customer: str, at: int, caller: str) -> dict[str, Any]:
    """Erase a customer (the id as it is spoken) and give the receipt: id, at, digest, counts, caller, words.

    Erasing again gives the first receipt, unless the customer has come back meanwhile. Raises LedgerError.
    """
    await ledger.catch_up()
    name = ledger.customer(customer)
    receipt = await ledger.do(lambda connection: forget(connection, name, customer, at, caller))
    if not isinstance(receipt, dict):
        raise TypeError(receipt)
    await ledger.overwrite()
    return receipt


def forget(connection: Connection, customer: str, spoken: str, at: int, caller: str) -> dict[str, Any]:
    """Erase a customer within the transaction at hand: `customer` is the stored name, `spoken` the id itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")  # what is deleted is overwritten, too
    expansion.finish(connection)
    counts = _of_predictions(connection, customer, at) + _of_feedback(connection, customer, spoken)
    digest = hashlib.sha256(customer.encode(errors="surrogatepass")).hexdigest()
    before = select(erasure).where(erasure.c.digest == digest).order_by(erasure.c.at.desc()).limit(1)
    first = connection.execute(before).mappings().one_or_none()
    if first is not None and not counts.total():
        return _told(connection, dict(first))
    receipt = {"id": new_id(), "at": at, "digest": digest, "counts": orjson.dumps(counts).decode(), "caller": caller}
    connection.execute(insert(erasure).values(receipt))
    return _told(connection, receipt)


def _told(connection: Connection, receipt: dict[str, Any]) -> dict[str, Any]:
    counts = orjson.loads(receipt["counts"])
    done = "what was kept under this id is erased" if counts else NOTHING
    of_file = record.c.door.in_(FILED) & (record.c.purpose == "production")
    files = connection.scalar(select(func.count()).select_from(record).where(of_file))
    words = f"{done}; scored files that may still hold the customer outside the ledger: {files or 'none known'}"
    return receipt | {"counts": counts, "words": words}


def _of_predictions(connection: Connection, customer: str, at: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    mine = connection.execute(select(*score.primary_key.columns).where(score.c.customer == customer)).all()
    singles = [name for _, name, row in mine if row == ONLY]
    batches: dict[str, set[int]] = {}
    for _, name, row in mine:
        if row != ONLY:
            batches.setdefault(name, set()).add(row)
    for name in singles:
        connection.execute(update(record).where(record.c.id == name).values(erased=at, **KEPT))
    for name, rows in batches.items():
        counts["batch_row"] += _blank(connection, name, rows)
    counts["prediction"] = len(singles)
    counts["answer"] = sum(_unkeep(connection, name) for name in {*singles, *batches})
    counts["score"] = _drop_scores(connection, mine)
    counts["latest"] = connection.execute(delete(latest).where(latest.c.customer == customer)).rowcount
    return counts


def _drop_scores(connection: Connection, mine: Sequence[Any]) -> int:
    """Drop scores by their keys, to look through the table no second time."""
    key = score.primary_key.columns
    names = [f"the_{column.name}" for column in key]
    this = [column == bindparam(name) for column, name in zip(key, names, strict=True)]
    if mine:
        connection.execute(delete(score).where(*this), [dict(zip(names, one, strict=True)) for one in mine])
    return len(mine)


def _of_feedback(connection: Connection, customer: str, spoken: str) -> Counter[str]:
    tables = {str(one.name): one for one in (outcome, contact, suppression)}  # orjson refuses SQLAlchemy's own text
    gone = {name: connection.execute(delete(one).where(one.c.customer == customer)) for name, one in tables.items()}
    counts = {name: done.rowcount for name, done in gone.items()}
    return Counter(counts) + Counter(answer=_unkeep_naming(connection, {customer, spoken}))


def _unkeep(connection: Connection, name: str) -> int:
    """Drop the answer that was kept for a record; its key stays taken, so that no retry predicts again."""
    mine = (answer.c.record == name) & answer.c.body.is_not(None)
    return connection.execute(update(answer).where(mine).values(body=None)).rowcount


def _unkeep_naming(connection: Connection, names: set[str]) -> int:
    """Drop kept answers about feedback that name the customer; keys live for days, so that there are few."""
    other = select(answer.c.key, answer.c.caller, answer.c.body).where(answer.c.record.is_(None))
    gone = 0
    needles = [orjson.dumps(name) for name in names]
    for key, caller, body in connection.execute(other.where(func.length(answer.c.body) > 0)):
        if any(needle in bytes(body) for needle in needles):
            mine = (answer.c.key == key) & (answer.c.caller == caller)
            gone += connection.execute(update(answer).where(mine).values(body=None)).rowcount
    return gone


def _blank(connection: Connection, name: str, rows: set[int]) -> int:
    """Rewrite a batch's bodies without some of its rows."""
    found = connection.execute(select(record.c.inputs, record.c.results).where(record.c.id == name).with_for_update())
    inputs, results = found.one()
    pairs = zip(bodies.blocks(inputs), bodies.blocks(results), strict=True)
    asked, answered = zip(*(columnar.without(given, told, rows) for given, told in pairs), strict=True)
    cells = {"inputs": bodies.packed(asked), "results": bodies.packed(answered)}
    connection.execute(update(record).where(record.c.id == name).values(cells))
    return len(rows)
