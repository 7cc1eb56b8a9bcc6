"""An upload sent to the service in pieces, each under a key of its run: sent twice, it is scored once."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pyarrow as pa

from churn import columns, contract
from churn.errors import ServiceError, TableError
from churn.scoring import record
from churn.scoring.files.check import RAGGED
from churn.services.client.client import ChurnClient
from churn.services.client.predictions import Purpose
from churn.services.dashboard.batch import read
from churn.services.dashboard.batch.done import Done, Reject
from churn.services.dashboard.batch.read import Upload

PIECE = 1_000
BROKEN = 422
Watch = Callable[[int, int, int], None]
"""Told after each piece: rows sent so far, rows in all, and how many of those sent are scored."""


def key(upload: Upload, purpose: str, version: int | None) -> str:
    """Name what is asked: the same content for the same purpose, of the same model, on the same day."""
    said = f"{upload.digest} {purpose} {version} {datetime.now(UTC).date()}"
    return hashlib.sha256(said.encode()).hexdigest()


def score(client: ChurnClient, upload: Upload, purpose: Purpose, key: str, watch: Watch) -> Done:
    """Score an upload. Raises TableError, ServiceError; under the same key, it goes on where it broke off."""
    began = time.monotonic()
    with read.opened(upload) as found:
        names = found.declared.names
        done = Done(key, upload.called, purpose, read.unread(names), contract.ID in names)
        seen = 0
        for block in found.blocks():
            done.rejects += [Reject(one.index, "", one.text[:200], RAGGED) for one in block.ragged]
            for at in range(0, block.batch.num_rows, PIECE):
                index = block.index[at : at + PIECE].tolist()
                _piece(client, pa.Table.from_batches([block.batch.slice(at, PIECE)]), index, done)
                seen += len(index)
                watch(seen, found.rows, done.scored)
    if not done.scored and not done.rejects:
        raise TableError(f"{upload.called}: it has a header and no rows; nothing was scored")
    done.seconds = time.monotonic() - began
    return done


def _piece(client: ChurnClient, rows: pa.Table, index: list[int], done: Done) -> None:
    asked = rows.select([name for name in (*columns.names(), contract.ID) if name in rows.column_names]).to_pylist()
    sent = [{name: _cell(cell) for name, cell in row.items()} for row in asked]
    if done.named:
        sent = [_unnamed(row) for row in sent]
    name = hashlib.sha256(f"{done.key} {index[0]}".encode()).hexdigest()
    try:
        told = client.predict_batch(sent, purpose=cast("Purpose", done.purpose), idempotency_key=name)
    except ServiceError as fault:
        if fault.status != BROKEN or not (faulty := _faults(sent, index)):
            raise
        done.rejects += faulty
        return
    done.add(rows, told.predictions)
    done.rejects += [Reject(index[one.index or 0], one.column, one.found or "", one.reason) for one in told.rejects]


def _faults(sent: list[dict[str, Any]], index: list[int]) -> list[Reject]:
    """Say what is wrong with every row of a piece that the service refused whole: it tells the first faults only."""
    valid, faulty = record.check_many(sent)
    if valid:
        return []
    return [Reject(index[row], one.column, one.found or "", one.reason) for row, faults in faulty for one in faults]


def _unnamed(row: dict[str, Any]) -> dict[str, Any]:
    """Leave a blank name out: who has none is scored, and is nobody's last score."""
    return row if str(row[contract.ID or ""] or "").strip() else {k: v for k, v in row.items() if k != contract.ID}


def _cell(cell: Any) -> Any:
    """Spell a cell as JSON can: no number is blank."""
    return None if isinstance(cell, float) and cell != cell else cell  # noqa: PLR0124  nothing else differs from itself
