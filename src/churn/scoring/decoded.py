"""Customers straight from JSON into typed columns: no dict a row and no text made anew, for half the price."""

import re
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import astuple

from churn import contract
from churn.columns import Column, columns
from churn.scoring.together import Cells, coded, ids

SPACED = re.compile(rb'"\s+:')


def decoded(body: bytes) -> dict[str, Cells] | None:
    """Give the columns of a JSON list of customers who keep the contract as they stand, as `together` does.

    None where some customer wants a closer look, or a name stands twice, or the body is something else.
    """
    reader = _reader()
    if reader is None or b"\\" in body:
        return None
    try:
        given = list(zip(*map(astuple, reader.decode(body)), strict=True))
        named = contract.ID is not None and given[-1].count(UNSET) < len(given[-1])
        if not given or not once(body, len(given[0]) * (len(columns()) + named)):
            return None
        found: dict[str, Cells] = {one.name: _column(one, cells) for one, cells in zip(columns(), given, strict=False)}
        return found | ({str(contract.ID): ids(given[-1])} if named else {})
    except (msgspec.MsgspecError, IndexError, TypeError, ValueError, OverflowError):
        return None


def once(body: bytes, names: int) -> bool:
    """Tell whether a body without escapes spells as many names as were read from it: a colon follows each."""
    if body.count(b":") == names:
        return True
    return body.count(b'":') == names and not SPACED.search(body)  # colons stand in texts, too


def _column(column: Column, cells: Any) -> Cells:
    if column.kind == "category":
        return coded(column, cells)
    found = np.array(cells, np.int64 if column.whole or column.kind == "flag" else np.float64)
    if not np.isfinite(found).all():
        raise ValueError
    return found


@cache
def _reader() -> "msgspec.json.Decoder[list[Any]] | None":
    """Derive the reader from the contract, or give None where the contract has values that it cannot hold."""
    fields: list[Any] = [(one.name, _kind(one)) for one in columns()]
    if contract.ID is not None:
        fields.append((contract.ID, str | UnsetType, UNSET))
    try:
        customer = msgspec.defstruct("Customer", fields, bases=(Struct,), forbid_unknown_fields=True, gc=False)
        return msgspec.json.Decoder(list[customer])  # type: ignore[valid-type]  # made at run time
    except TypeError:
        return None


def _kind(column: Column) -> Any:
    if column.allowed:
        return Literal[column.allowed]
    bounds = {"ge": column.low, "le": column.high}
    kind = int if column.whole else float
    said: dict[str, Any] = {name: kind(bound) for name, bound in bounds.items() if bound is not None}
    return Annotated[kind, Meta(**said)] if said else kind
