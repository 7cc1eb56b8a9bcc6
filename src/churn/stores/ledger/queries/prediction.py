"""One prediction: what was asked, what was answered, and by which model."""

from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from churn.errors import Erased, UnknownPrediction
from churn.stores.ledger import bodies
from churn.stores.ledger.entries import ONLY, parts
from churn.stores.ledger.tables import record, score

TOLD = ("door", "purpose", "at", "rows", "model_version", "model_digest", "request_id", "caller", "input_digest",
        "output_digest", "origin")  # fmt: skip


def prediction(connection: Connection, name: str) -> dict[str, Any]:
    """Fetch a prediction: its record's fields, `record_id`, `row`, `inputs`, `answer`; a file has digests instead.

    Raises UnknownPrediction, Erased.
    """
    of, row = parts(name)
    found = connection.execute(select(record).where(record.c.id == of)).one_or_none() if of.isalnum() else None
    if found is None:
        raise UnknownPrediction(f"no prediction is called {name!r}")
    inputs, answer = _content(found, name, row)
    told = {field: getattr(found, field) for field in TOLD}
    return told | {"prediction_id": name, "record_id": of, "row": max(row, 0), "inputs": inputs, "answer": answer}


def purpose_and_time(connection: Connection, name: str) -> tuple[str, int, str | None]:
    """Tell the purpose of a prediction, when it was made, and the stored name of its customer.

    Raises UnknownPrediction, Erased.
    """
    of, row = parts(name)
    same = (score.c.record == record.c.id) & (score.c.at == record.c.at)  # scores are found by their time
    mine = (record.c.id == of) & (score.c.row == row)
    wanted = select(score.c.purpose, score.c.at, score.c.customer).join(record, same).where(mine)
    known = connection.execute(wanted).one_or_none() if of.isalnum() else None
    if known is not None:
        return known.purpose, known.at, known.customer
    found = prediction(connection, name)  # nobody was named, or the batch is not expanded yet
    return found["purpose"], found["at"], bodies.customer_of(found["inputs"] or {})


def _content(found: Row[Any], name: str, row: int) -> tuple[Any, Any]:
    if found.erased is not None:
        raise Erased(f"prediction {name} was erased by request")
    if not found.inputs:
        return _of_file(found, name, row)
    single = found.inputs[:1] == b"{"
    if single and row == ONLY:
        return orjson.loads(found.inputs), orjson.loads(found.results)
    if single or row == ONLY:
        hint = "it is one customer's" if single else "it is a batch; name a row, as in id.0"
        raise UnknownPrediction(f"no prediction is called {name!r}: {hint}")
    return _of_batch(found, name, row)


def _of_file(found: Row[Any], name: str, row: int) -> tuple[None, None]:
    rows = orjson.loads(found.origin)["rows"] if found.origin else found.rows  # rejected rows are numbered too
    if row == ONLY or 0 <= row < rows:
        return None, None
    raise UnknownPrediction(f"no prediction is called {name!r}: the file had {rows} rows")


def _of_batch(found: Row[Any], name: str, row: int) -> tuple[Any, Any]:
    for index, asked, answer in bodies.entries(found.inputs, found.results):
        if index == row and answer is None:
            raise Erased(f"prediction {name} was erased by request")
        if index == row:
            return asked, answer
    raise UnknownPrediction(f"no prediction is called {name!r}: the batch has no such valid row")
