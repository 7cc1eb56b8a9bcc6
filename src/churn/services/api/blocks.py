"""Rows that were scored together, column by column: what the doors answer from, and what the ledger keeps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, cast

import numpy as np
import orjson

from churn import columns, contract
from churn.scoring.coded import Coded
from churn.scoring.engine import FEW, Engine
from churn.scoring.record import Fault, Row, check_many
from churn.scoring.together import Cells, together

BLOCK = 500
"""Customers scored before other requests get a turn: about a millisecond."""
Given = list[Any] | Mapping[str, Cells]
"""Customers as they arrived: rows that nobody checked yet, or columns that keep the contract."""
TRUTHS = tuple(
    b',"churn":%b,"offer":%b,"expected_value":' % (churn, offer)
    for churn in (b"false", b"true")
    for offer in (b"false", b"true")
)
"""What stands between a probability and an expected value, by twice the first truth and the second."""


@dataclass(frozen=True, slots=True)
class Block:
    """Customers and answers; each column has one cell a row.

    Attributes
    ----------
    index : where each row stands in the request.
    cells : the contract's columns, and the ids where some came; arrays, lists or Coded.
    told : the columns of the answer; arrays, the tier Coded.
    """

    index: Sequence[int]
    cells: Mapping[str, Any]
    told: Mapping[str, Any]

    def rows(self) -> list[Row]:
        """Spell the customers out, one by one."""
        return [_named(row) for row in _across(self.cells)]

    def answers(self) -> list[dict[str, Any]]:
        """Spell the answers out, one by one."""
        return list(_across(self.told))

    def asked(self) -> bytes:
        """Spell what went in for the ledger."""
        return _kept(self.cells)

    def answered(self) -> bytes:
        """Spell what came out for the ledger."""
        return _kept({"index": list(self.index), **self.told})


def cut(rows: list[Any]) -> list[Given]:
    """Cut rows into parts, each of which is scored in one go."""
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]


def length(given: Given) -> int:
    """Count the customers of a part."""
    return len(given) if isinstance(given, list) else len(given[columns.names()[0]])


def score(
    engine: Engine, given: Given, start: int, ignore: frozenset[str]
) -> tuple[Block | None, list[tuple[int, list[Fault]]]]:
    """Check customers, of whom the first has index `start`, and score those who keep the contract; give the faulty."""
    if cells := _together(given):
        return Block(range(start, start + length(given)), cells, engine.table(cells)), []
    valid, faulty = check_many(cast("list[Any]", given), start, ignore)
    if not valid:
        return None, faulty
    customers = [row for _, row in valid]
    return Block([index for index, _ in valid], _columns(customers), _told(engine, customers)), faulty


def again(block: Block, engine: Engine) -> Block:
    """Let another model answer the same customers."""
    told = _told(engine, block.rows()) if len(block.index) <= FEW else engine.table(block.cells)
    return Block(block.index, block.cells, told)


def spelt(block: Block, record: str, version: int) -> bytes:
    """Spell a batch's predictions as JSON objects with commas between them; the same bytes as orjson's of a dict a row.

    Joined from spelt columns, this costs a third of making a dict a row.
    """
    tail = b'"},{"index":'
    tiers = [b',"risk_tier":%b,"model_version":%d,"prediction_id":"%b.' % (orjson.dumps(tier), version, record.encode())
             for tier in block.told["risk_tier"].values]  # fmt: skip
    told, index = block.told, _tokens(list(block.index))
    truths = (2 * told["churn"] + told["offer"]).tolist()
    cells = zip(
        index, repeat(b',"churn_probability":'), _tokens(told["churn_probability"]), map(TRUTHS.__getitem__, truths),
        _tokens(told["expected_value"]), map(tiers.__getitem__, told["risk_tier"].codes.tolist()), index, repeat(tail),
        strict=False,
    )  # fmt: skip
    return b'{"index":' + b"".join(chain.from_iterable(cells))[: -len(tail)] + b'"}'


def _together(given: Given) -> Mapping[str, Cells] | None:
    if isinstance(given, list):
        return together(given) if len(given) > FEW else None
    return given


def _tokens(cells: Any) -> list[bytes]:
    return orjson.dumps(cells, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")


def _kept(cells: Mapping[str, Any]) -> bytes:
    content = {
        name: {"values": list(one.values), "codes": one.codes} if isinstance(one, Coded) else one
        for name, one in cells.items()
    }
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def _across(cells: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    names = list(cells)
    for row in zip(*map(plain, cells.values()), strict=True):
        yield dict(zip(names, row, strict=True))


def plain(cells: Any) -> list[Any]:
    """Spell a column out as Python's own values."""
    if isinstance(cells, Coded):
        return [cells.values[code] for code in cells.codes.tolist()]
    return cells.tolist() if isinstance(cells, np.ndarray) else list(cells)


def _named(row: Row) -> Row:
    """Leave out the id of a customer who came without."""
    if contract.ID in row and row[contract.ID] is None:
        del row[contract.ID]
    return row


def _columns(customers: Sequence[Row]) -> dict[str, Any]:
    cells = {name: [customer[name] for customer in customers] for name in columns.names()}
    if contract.ID is not None and any(contract.ID in customer for customer in customers):
        cells[contract.ID] = [customer.get(contract.ID) for customer in customers]
    return cells


def _told(engine: Engine, customers: Sequence[Row]) -> dict[str, Any]:
    """Answer for customers: few of them one by one, which costs less than making arrays of their cells."""
    if len(customers) > FEW:
        return engine.table(_columns(customers))
    told = engine.answers(customers)
    tier = np.array([engine.tiers.index(one["risk_tier"]) for one in told])
    cells = {name: np.array([one[name] for one in told]) for name in told[0] if name != "risk_tier"}
    return {**cells, "risk_tier": Coded(tier, engine.tiers)}
