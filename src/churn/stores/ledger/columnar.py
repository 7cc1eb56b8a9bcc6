"""A batch's block as it is stored: a JSON object with a list a column, or a JSON list with an entry a row.

A column is a list of cells, or `{"values": [...], "codes": [...]}` where few values stand in many rows. The answers'
object has a column `index`. An entry is a row, or [row index, row]; a row that was erased is null.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

import orjson

from churn import contract

Row = dict[str, Any]
Entry = tuple[int, Row | None, Row | None]
INDEX = "index"


def entries(asked: bytes, answered: bytes) -> Iterator[Entry]:
    """Give each row of a block: its index, what was asked, what was answered; an erased row is None twice."""
    given, told = orjson.loads(asked), orjson.loads(answered)
    if type(told) is dict:
        yield from zip(told.pop(INDEX), map(_named, _rows(given)), _rows(told), strict=True)
        return
    for entry, (index, answer) in zip(given, told, strict=True):
        yield index, entry[1] if type(entry) is list else entry, answer


def picked(asked: bytes, answered: bytes, wanted: Container[int]) -> Iterator[Row]:
    """Give what was asked in some rows of a block; where columns are kept, no other row is spelt out."""
    told = orjson.loads(answered)
    if type(told) is not dict:
        yield from (row for index, row, _ in entries(asked, answered) if row is not None and index in wanted)
        return
    places = [place for place, index in enumerate(told[INDEX]) if index in wanted]
    given = orjson.loads(asked) if places else {}
    columns = {name: _some(column, places) for name, column in given.items()}
    yield from map(_named, (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)))


def without(asked: bytes, answered: bytes, gone: set[int]) -> tuple[bytes, bytes]:
    """Give a block in which some rows are erased."""
    found = list(entries(asked, answered))
    if gone.isdisjoint(index for index, _, _ in found):
        return asked, answered
    kept = [(index, None, None) if index in gone else (index, row, answer) for index, row, answer in found]
    return (
        orjson.dumps([(index, row) for index, row, _ in kept]),
        orjson.dumps([(index, answer) for index, _, answer in kept]),
    )


def renamed(content: Mapping[str, Any], name: Callable[[str], str]) -> dict[str, Any]:
    """Replace the ids in a block of columns."""
    ids = content.get(contract.ID or "")
    if ids is None:
        return dict(content)
    return {**content, str(contract.ID): [None if one is None else name(one) for one in ids]}


def _rows(columns: Mapping[str, Any]) -> Iterator[Row]:
    names = list(columns)
    for row in zip(*map(_cells, columns.values()), strict=True):
        yield dict(zip(names, row, strict=True))


def _cells(column: Any) -> list[Any]:
    if type(column) is list:
        return column
    values = column["values"]
    return [values[code] for code in column["codes"]]


def _some(column: Any, places: list[int]) -> list[Any]:
    if type(column) is list:
        return [column[place] for place in places]
    values, codes = column["values"], column["codes"]
    return [values[codes[place]] for place in places]


def _named(row: Row) -> Row:
    """Leave out the id of a customer who came without."""
    if contract.ID in row and row[contract.ID] is None:
        del row[contract.ID]
    return row
