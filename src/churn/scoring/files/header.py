"""A file's header held to the contract: names, and types that can hold what a column may say."""

import difflib
from collections import Counter
from collections.abc import Iterable

import pyarrow as pa
from pyarrow import types

from churn import columns, contract
from churn.errors import TableError

ANSWERS = (
    "churn_probability", "churn", "offer", "expected_value", "risk_tier", "model_version", "prediction_id",
)  # fmt: skip
"""What scoring adds to a file's own columns."""


def refuse_names(found: list[str], name: str, ignore: Iterable[str] = ()) -> None:
    """Raise TableError, a sentence a fault, unless the names keep the contract.

    The id may lack and the target may be there; it and the columns in `ignore` pass through unread.
    """
    passed = {contract.TARGET, *ignore}
    known = {*columns.names(), *([contract.ID] if contract.ID else [])}
    scored = [one for one in ANSWERS if one in found]
    extra = [one for one in dict.fromkeys(found) if one not in {*known, *passed, *scored}]
    said = [f"column {one!r} occurs twice; keep one" for one, count in Counter(found).items() if count > 1]
    said += [_missing(one, extra) for one in columns.names() if one not in found]
    said += [_extra(one) for one in extra]
    if scored:
        said.append(
            f"{', '.join(map(repr, scored))}: scoring adds columns of these names; take them out or rename them"
        )
    if said:
        raise TableError("\n  ".join([f"{name}: its header breaks the contract:", *said]))


def refuse_types(schema: pa.Schema, name: str) -> None:
    """Raise TableError for a column whose type cannot hold one value that the contract allows."""
    said = [
        f"column {one.name!r} holds {schema.field(one.name).type}; save it as {_wanted(one)}"
        for one in columns.columns()
        if not _can_hold(schema.field(one.name).type, one.kind != "category")
    ]
    if contract.ID in schema.names and not _can_name(schema.field(contract.ID).type):
        said.append(f"column {contract.ID!r} holds {schema.field(contract.ID).type}; save it as text")
    if said:
        raise TableError("\n  ".join([f"{name}: its columns have types that the contract does not know:", *said]))


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds text, dictionary-encoded or not."""
    if types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def is_number(kind: pa.DataType) -> bool:
    """Tell whether a column holds numbers."""
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _can_hold(kind: pa.DataType, number: bool) -> bool:
    return is_text(kind) or bool(types.is_null(kind)) or (number and is_number(_plain(kind)))


def _can_name(kind: pa.DataType) -> bool:
    return is_text(kind) or bool(types.is_integer(kind) or types.is_null(kind))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if types.is_dictionary(kind) else kind


def _wanted(column: columns.Column) -> str:
    return f"text, one of {', '.join(map(repr, column.allowed))}" if column.kind == "category" else "a number"


def _missing(name: str, extra: list[str]) -> str:
    near = {columns.plain(other): other for other in extra}
    close = difflib.get_close_matches(columns.plain(name), near, n=1, cutoff=0.6)
    hint = f"; rename {near[close[0]]!r} if that is it" if close else ""
    return f"column {name!r} is missing{hint}"


def _extra(name: str) -> str:
    return f"column {name!r} is not in the contract; take it out, or let it pass unread (ignore)"
