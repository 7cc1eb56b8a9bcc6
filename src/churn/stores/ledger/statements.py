"""The ledger's hot statements, spelt in SQL once: as many rows a statement as a group has, in powers of two."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, or_, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from churn.stores.ledger import tables

LARGEST = 64
RECORD = ("id", "at", "door", "purpose", "customer", "rows", "model_version", "model_digest", "request_id", "caller",
          "input_digest", "output_digest", "origin", "inputs", "results")  # fmt: skip
SCORED = ("record", "row", "customer", "purpose", "at", "model_version", "probability", "expected_value", "monthly",
          "tier", "offer")  # fmt: skip
LATEST = (*SCORED, "inputs")
AHEAD = {
    "sqlite": "(unixepoch() + 300) * 1000000",
    "postgresql": "CAST((EXTRACT(EPOCH FROM now()) + 300) * 1000000 AS BIGINT)",
}
"""Five minutes from now: what is newer is of a clock that ran ahead, and gives way to anything."""

Cells = Sequence[Any]
Run = Callable[[str, tuple[Any, ...]], Any]
"""What runs a statement: `connection.exec_driver_sql`, or `swift(connection)`."""


def swift(connection: Connection) -> Run:
    """Run statements on the driver itself: half the cost, and the driver's own errors."""
    run: Run = connection.connection.cursor().execute
    return run


def add_records(kind: str, run: Run, rows: Sequence[Cells]) -> None:
    """Add records; cells in the order of RECORD."""
    _run(kind, run, tables.record, RECORD, rows)


def add_scores(kind: str, run: Run, rows: Sequence[Cells]) -> None:
    """Add scores, where they are not there yet; cells in the order of SCORED."""
    _run(kind, run, tables.score, SCORED, rows)


def renew_latest(kind: str, run: Run, rows: Iterable[Cells]) -> None:
    """Keep each customer's newest score; cells in the order of LATEST."""
    newest: dict[tuple[str, str], Cells] = {}
    for cells in rows:
        name = (cells[3], cells[2])
        if name not in newest or _age(cells) > _age(newest[name]):
            newest[name] = cells
    # In one order everywhere, so that two writers never wait for one another.
    _run(kind, run, tables.latest, LATEST, [newest[name] for name in sorted(newest)])


def _age(cells: Cells) -> tuple[Any, ...]:
    return cells[4], cells[0], cells[1]


def _run(kind: str, run: Run, table: Table, names: tuple[str, ...], rows: Sequence[Cells]) -> None:
    """Add rows with few calls: each call gives up and takes back the interpreter's lock, a wait for a busy loop."""
    start, size = 0, LARGEST
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        cells = tuple(chain.from_iterable(rows[start : start + size]))
        run(_spelt(kind, table, names, size), cells)
        start += size


@cache
def _spelt(kind: str, table: Table, names: tuple[str, ...], size: int) -> str:
    insert = (sqlite.insert if kind == "sqlite" else postgresql.insert)(table)
    insert = insert.values([dict.fromkeys(names) for _ in range(size)])
    if table is tables.score:
        insert = insert.on_conflict_do_nothing()
    if table is tables.latest:
        key, new = ("at", "record", "row"), insert.excluded
        insert = insert.on_conflict_do_update(
            index_elements=["purpose", "customer"],
            set_={name: new[name] for name in names if name not in {"purpose", "customer"}},
            where=or_(
                tuple_(*(new[name] for name in key)) > tuple_(*(table.c[name] for name in key)),
                table.c.at > text(AHEAD[kind]),
            ),
        )
    compiled = insert.compile(dialect=_dialect(kind))
    _check_order(compiled.positiontup or [], names)
    return str(compiled)


def _check_order(order: Sequence[str], names: tuple[str, ...]) -> None:
    found = [name.rpartition("_m")[0] for name in order]
    wanted = [names[number % len(names)] for number in range(len(order))]
    if found != wanted:
        raise AssertionError(f"cells are spelt in another order: {found}")


def _dialect(kind: str) -> Dialect:
    spelling: Callable[..., Dialect] = sqlite.dialect if kind == "sqlite" else postgresql.dialect
    return spelling(paramstyle="qmark" if kind == "sqlite" else "format")
