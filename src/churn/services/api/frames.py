"""MLflow's spellings of a table, turned into rows: split, records, tensors by name, CSV."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from churn.services.api.problems import Refusal

FORMATS = ("dataframe_split", "dataframe_records", "instances", "inputs")
BESIDE = frozenset({"params"})
MISSING = re.compile(rb'"(?:[^"\\]|\\.)*+"?|\bNaN\b', re.DOTALL)
"""A text, also one that never ends, in one go: nothing of it is read twice."""

Rows = list[Any]


def rows_of(content: Any) -> Rows:
    """Read the rows of a JSON body. Raises Refusal."""
    if type(content) is not dict:
        raise Refusal(400, f"the body is a JSON object with one of {', '.join(FORMATS)}")
    given = [name for name in FORMATS if name in content]
    unknown = sorted(set(content) - set(FORMATS) - BESIDE)
    if len(given) != 1 or unknown:
        found = ", ".join(repr(name[:40]) for name in (*given, *unknown)) or "none of them"
        raise Refusal(400, f"the body has exactly one of {', '.join(FORMATS)}, and params if need be; found {found}")
    return {"dataframe_split": _split, "dataframe_records": _records}.get(given[0], _named)(content[given[0]])


def rows_of_csv(body: bytes) -> Rows:
    """Read the rows of a CSV body whose first line names the columns; all cells are text. Raises Refusal."""
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as fault:
        raise Refusal(400, f"the CSV is not UTF-8 at byte {fault.start}") from fault
    except csv.Error as fault:
        raise Refusal(400, f"the body is not CSV: {fault}") from fault
    header, data = (lines[0], [line for line in lines[1:] if line]) if lines else ([], [])
    return _split({"columns": header, "data": data})


def without_nan(body: bytes) -> bytes:
    """Write null for NaN, as MLflow's client spells a missing cell; text stays as it is."""
    return MISSING.sub(lambda found: b"null" if found[0] == b"NaN" else found[0], body) if b"NaN" in body else body


def _split(frame: Any) -> Rows:
    """Read a table given as names and lines."""
    if type(frame) is not dict or type(frame.get("data")) is not list or set(frame) - {"columns", "data", "index"}:
        raise Refusal(400, "dataframe_split is an object with columns and data, and index if need be")
    names = frame.get("columns")
    if type(names) is not list or not names or not all(type(name) is str for name in names):
        raise Refusal(400, "the columns have no names; columns is a list of the contract's names")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(400, f"column {twice[:40]!r} stands twice; which one is meant?")
    for index, cells in enumerate(frame["data"]):
        if type(cells) is not list or len(cells) != len(names):
            found = f"{len(cells)} cells" if type(cells) is list else "no list"
            raise Refusal(400, f"row {index} has {found} for {len(names)} columns")
    return [dict(zip(names, cells, strict=True)) for cells in frame["data"]]


def _records(content: Any) -> Rows:
    if type(content) is not list:
        raise Refusal(400, "dataframe_records is a list of objects, one a row")
    return content


def _named(content: Any) -> Rows:
    """Read rows given as a list of objects, or as an object of columns."""
    if type(content) is dict:
        return _by_column(content)
    if type(content) is list and all(type(row) is dict for row in content):
        return content
    raise Refusal(400, "the cells have no column names; send a list of objects, or an object with a list a column")


def _by_column(content: Mapping[str, Any]) -> Rows:
    columns = {name: cells if type(cells) is list else [cells] for name, cells in content.items()}
    lengths = {len(cells) for cells in columns.values()}
    if len(lengths) > 1:
        raise Refusal(400, f"the columns have different lengths: {', '.join(map(str, sorted(lengths)))}")
    return [dict(zip(columns, map(_cell, cells), strict=True)) for cells in zip(*columns.values(), strict=True)]


def _cell(cell: Any) -> Any:
    """Take the one cell out of a row of a column that is a tensor of shape (n, 1)."""
    return cell[0] if type(cell) is list and len(cell) == 1 else cell
