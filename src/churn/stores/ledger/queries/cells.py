"""What both databases spell differently: a cell of a JSON text, the day of a time, the name of a prediction."""

from typing import Any

from sqlalchemy import Date, Float, String, Text, case, cast, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction

from churn.stores.ledger.entries import ONLY

SECOND = 1_000_000
HOUR, DAY = 3_600 * SECOND, 86_400 * SECOND
"""In microseconds, as the ledger counts time."""

Expression = ColumnElement[Any]


class day(GenericFunction[Any]):  # noqa: N801  it reads as a function of SQL
    """The day, UTC, of a time in microseconds."""

    type = Date()
    inherit_cache = True


class cell(GenericFunction[Any]):  # noqa: N801  it reads as a function of SQL
    """A text cell of a JSON object kept as text, as orjson writes it; the value holds nothing to escape."""

    type = Text()
    inherit_cache = True


class figure(GenericFunction[Any]):  # noqa: N801  it reads as a function of SQL
    """A number of a JSON object kept as text, still as text."""

    type = Text()
    inherit_cache = True


@compiles(day, "sqlite")
def _day_sqlite(element: day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date(({compiler.process(element.clauses, **options)}) / {SECOND}, 'unixepoch')"


@compiles(day, "postgresql")
def _day_postgresql(element: day, compiler: SQLCompiler, **options: Any) -> str:
    return f"(to_timestamp(({compiler.process(element.clauses, **options)}) / {SECOND}) AT TIME ZONE 'UTC')::date"


@compiles(cell, "sqlite")
@compiles(figure, "sqlite")
def _cell_sqlite(element: cell, compiler: SQLCompiler, **options: Any) -> str:
    json, name = (compiler.process(one, **options) for one in element.clauses)
    return f"""CAST({json} ->> ('$."' || {name} || '"') AS TEXT)"""


@compiles(cell, "postgresql")
def _cell_postgresql(element: cell, compiler: SQLCompiler, **options: Any) -> str:
    """Cut the cell out: PostgreSQL would parse the whole text anew for each cell, five times as slow."""
    json, name = (compiler.process(one, **options) for one in element.clauses)
    return f"""nullif(split_part(split_part({json}, '"' || {name}::text || '":"', 2), '"', 1), '')"""


@compiles(figure, "postgresql")
def _figure_postgresql(element: figure, compiler: SQLCompiler, **options: Any) -> str:
    json, name = (compiler.process(one, **options) for one in element.clauses)
    rest = f"""split_part({json}, '"' || {name}::text || '":', 2)"""
    return f"""nullif(split_part(split_part({rest}, ',', 1), '}}', 1), '')"""


def number(json: Expression, name: str) -> Expression:
    """Give a number of a JSON object kept as text."""
    return cast(figure(json, literal(name)), Float)


def prediction(record: Expression, row: Expression) -> Expression:
    """Name a prediction as answers do."""
    return case((row == ONLY, record), else_=record + literal(".") + cast(row, String))
