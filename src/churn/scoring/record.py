"""One customer as an application sends it: held to the contract, given its types, or refused with reasons."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, core_schema
from pydantic_core import ValidationError as Broken

from churn import columns, contract

NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
"""No two parts of it match the same digits: long texts of digits take no longer than others."""
ID_LENGTH = 128
ID_PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
SHOWN = 40
"""Characters of a wrong value that an answer repeats."""
NEAR = 20
"""Strange names of a row among which a missing column's is looked for: each costs a tenth of a millisecond."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that breaks the contract."""

    column: str
    reason: str
    found: str | None = None

    def told(self) -> dict[str, str]:
        """Spell the fault for an answer."""
        told = {"column": self.column, "reason": self.reason}
        return told if self.found is None else told | {"found": self.found}


class Faults(Exception):
    """All that is wrong with one row."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.column} {fault.reason}" for fault in faults))
        self.faults = faults


def check(row: Any, ignore: frozenset[str] = frozenset()) -> Row:
    """Give a row its types: the contract's columns in its spelling, the id beside them if it came.

    Numbers may be text, and a blank may stand for a value, as in a raw table; columns in `ignore` are dropped.
    Raises Faults.
    """
    if type(row) is not dict:
        raise Faults([Fault("", "a customer is a JSON object: one name a column", _shown(row))])
    if not ignore.isdisjoint(row):
        row = {name: cell for name, cell in row.items() if name not in ignore}
    try:
        typed: Row = validator().validate_python(row)
    except Broken:
        return _mended(row)
    if contract.ID in typed and typed[contract.ID] != typed[contract.ID].strip():
        typed[contract.ID] = typed[contract.ID].strip()
    return typed


def check_many(
    rows: Sequence[Any], start: int = 0, ignore: frozenset[str] = frozenset()
) -> tuple[list[tuple[int, Row]], list[tuple[int, list[Fault]]]]:
    """Check rows one by one; give the valid and the faulty, each with its index, counted from `start`."""
    valid: list[tuple[int, Row]] = []
    faulty: list[tuple[int, list[Fault]]] = []
    for index, row in enumerate(rows, start):
        try:
            valid.append((index, check(row, ignore)))
        except Faults as wrong:
            faulty.append((index, wrong.faults))
    return valid, faulty


@cache
def validator() -> SchemaValidator:
    """Derive the check of one row from the contract; it takes no text for a number and no truth value for a flag."""
    fields = {one.name: core_schema.typed_dict_field(_schema(one)) for one in columns.columns()}
    if contract.ID:
        name = core_schema.str_schema(max_length=ID_LENGTH, pattern=ID_PATTERN, strict=True)
        fields[contract.ID] = core_schema.typed_dict_field(name, required=False)
    return SchemaValidator(core_schema.typed_dict_schema(fields, extra_behavior="forbid"))


def _schema(column: columns.Column) -> CoreSchema:
    if column.kind == "category":
        return core_schema.literal_schema(list(column.allowed))
    if column.kind == "flag":
        whole = core_schema.int_schema(strict=True)
        return core_schema.chain_schema([whole, core_schema.literal_schema(list(column.allowed))])
    if column.whole:
        low, high = (None if bound is None else int(bound) for bound in (column.low, column.high))
        return core_schema.int_schema(ge=low, le=high, strict=True)
    return core_schema.float_schema(ge=column.low, le=column.high, allow_inf_nan=False, strict=True)


def _mended(row: Mapping[str, Any]) -> Row:
    """Read the cells as a raw table spells them, and check again. Raises Faults."""
    cells = {name: cell.strip() if isinstance(cell, str) else cell for name, cell in row.items()}
    for one in columns.columns():
        if one.kind != "category" and one.name in cells:
            cells[one.name] = _number(cells[one.name], one.whole or one.kind == "flag")
    for blank in contract.BLANKS:
        if cells.get(blank.column, ...) in ("", None) and cells.get(blank.where) == blank.equals:
            cells[blank.column] = blank.value
    if isinstance(cells.get(contract.ID or ""), int) and not isinstance(cells[contract.ID or ""], bool):
        cells[contract.ID or ""] = str(cells[contract.ID or ""])
    try:
        typed: Row = validator().validate_python(cells)
    except Broken as broken:
        raise Faults([_fault(error, cells) for error in broken.errors(include_url=False)]) from broken
    return typed


def _number(cell: Any, whole: bool) -> Any:
    """Read a number that came as text, and a whole number that came as a float."""
    if isinstance(cell, str) and NUMERAL.fullmatch(cell):
        cell = float(cell)
    if whole and isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def _fault(error: Any, row: Mapping[str, Any]) -> Fault:
    name = str(error["loc"][0]) if error["loc"] else ""
    kind = error["type"]
    if kind == "missing":
        return Fault(name, _missing(name, row))
    if kind == "extra_forbidden":
        return Fault(name[:SHOWN], _extra(name))
    empty = row.get(name) is None or row.get(name) == ""
    return Fault(name, "is blank" if empty else _wanted(name), None if empty else _shown(row.get(name)))


def _missing(name: str, row: Mapping[str, Any]) -> str:
    strange = (str(other) for other in row if other not in columns.names())
    near = _near(name, tuple(other for other in islice(strange, NEAR) if len(other) <= SHOWN))
    return f"is missing; rename {near!r} if that is it" if near else "is missing"


@lru_cache(maxsize=1024)
def _near(name: str, strange: tuple[str, ...]) -> str | None:
    """Find the name that was meant; the rows of a batch are alike, so it is looked for once."""
    plain = {columns.plain(other): other for other in strange}
    close = difflib.get_close_matches(columns.plain(name), plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else None


def _extra(name: str) -> str:
    if columns.plain(name) in columns.leaks() | {columns.plain(contract.TARGET)}:
        return "tells the outcome and cannot be asked about; leave it out"
    return "is not in the contract; leave it out (see GET /model_info for the columns)"


@cache
def _wanted(name: str) -> str:
    """Say what a column may hold."""
    if name == contract.ID:
        return f"is text of 1 to {ID_LENGTH} printable characters"
    column = next(one for one in columns.columns() if one.name == name)
    if column.allowed:
        return f"is one of {', '.join(map(repr, column.allowed))}"
    bounds: Iterable[tuple[str, float | None]] = (("at least", column.low), ("at most", column.high))
    said = " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)
    return f"is a {'whole ' if column.whole else ''}number{', ' if said else ''}{said}"


def _shown(cell: Any) -> str:
    if isinstance(cell, dict | list):
        return f"a JSON {'object' if isinstance(cell, dict) else 'list'}"
    told = json.dumps(cell) if cell is None or isinstance(cell, bool) else str(cell)
    return told if len(told) <= SHOWN else told[:SHOWN] + "…"
