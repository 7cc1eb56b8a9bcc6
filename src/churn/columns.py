"""The columns that the contract spells, sorted by what can be done with them. Knows no table library."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from churn import contract
from churn.errors import ContractError
from churn.terms import Lever

BOUNDS = ("ge", "le")
SAMPLING_WEIGHT = "sampling_weight"
"""How many customers a labelled row stands for, where others like it were left out: a customer held out of a campaign
stands for those who were called. A dated batch may carry it; without it each row stands for itself."""
RESERVED = {"observed_at", "period", "weight", SAMPLING_WEIGHT, "source", "row", ""}
"""Columns that prepare adds or reads beside the record."""

Kind = Literal["number", "flag", "category"]


@dataclass(frozen=True)
class Column:
    """One column of the contract.

    A `number` is measured, a `flag` is a number with few allowed values, a `category` is text with few allowed values.
    """

    name: str
    kind: Kind
    allowed: tuple[Any, ...]
    low: float | None
    high: float | None
    whole: bool
    title: str
    description: str


@cache
def columns() -> tuple[Column, ...]:
    """List the contract's columns in its order. Raises ContractError if it spells what no table can be held to."""
    found = tuple(_column(name, info) for name, info in contract.Customer.model_fields.items())
    _refuse_misspelt({column.name: column for column in found})
    return found


def names(*kinds: Kind) -> list[str]:
    """List the names of the columns of these kinds, all of them if none is given."""
    return [column.name for column in columns() if not kinds or column.kind in kinds]


def plain(name: str) -> str:
    """Strip case and punctuation, so that `Churn Score` and `churn_score` are one name."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def leaks() -> frozenset[str]:
    """Give the plain names of the columns that tell the outcome."""
    return frozenset(map(plain, contract.LEAKS))


def digest() -> str:
    """Digest what the contract demands, not how it is worded (sha256, hexadecimal)."""
    demanded = [(one.name, one.kind, one.allowed, one.low, one.high, one.whole) for one in columns()]
    beside = (contract.ID, contract.TARGET, contract.POSITIVE, contract.NEGATIVE, contract.CURVED, contract.BLANKS)
    return hashlib.sha256(repr((demanded, beside)).encode()).hexdigest()


def _column(name: str, info: Any) -> Column:
    allowed = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    bound = {key: getattr(item, key) for item in info.metadata for key in BOUNDS if hasattr(item, key)}
    if info.metadata and len(bound) < len(info.metadata):
        raise ContractError(f"contract.py: {name}: a field is bounded by ge and le alone, not by {info.metadata}")
    return Column(
        name=name,
        kind=_kind(name, info.annotation, allowed),
        allowed=allowed,
        low=bound.get("ge"),
        high=bound.get("le"),
        whole=info.annotation is int,
        title=info.title or name,
        description=info.description or "",
    )


def _kind(name: str, annotation: Any, allowed: tuple[Any, ...]) -> Kind:
    if annotation in (int, float):
        return "number"
    if allowed and all(isinstance(value, str) for value in allowed):
        return "category"
    if allowed and all(type(value) is int for value in allowed):
        return "flag"
    raise ContractError(f"contract.py: {name}: a field is an int, a float, or a Literal of all strings or all ints")


def _refuse_misspelt(found: dict[str, Column]) -> None:
    numbers = {name for name, column in found.items() if column.kind == "number"}
    taken = (RESERVED | {contract.ID, contract.TARGET}) & set(found)
    wrong = {
        f"{sorted(filter(None, taken))} cannot name a field of the record": bool(taken),
        "POSITIVE and NEGATIVE are text, as the table spells them": not all(
            isinstance(one, str) for one in (contract.POSITIVE, contract.NEGATIVE)
        ),
        "ID and TARGET are one column": contract.ID == contract.TARGET,
        "CURVED may hold numbers that are at least 0": not set(contract.CURVED)
        <= {name for name in numbers if (low := found[name].low) is not None and low >= 0},
        "BLANKS may speak of numbers of the record": any(
            not {blank.column, blank.where} <= numbers for blank in contract.BLANKS
        ),
        "SEGMENTS may speak of columns of the record": any(one.column not in found for one in contract.SEGMENTS),
        "LEVERS may lead from allowed values of a column to another, add to numbers, and need allowed values": not all(
            _can_be_pulled(lever, found) for lever in contract.LEVERS
        ),
    }
    for words, broken in wrong.items():
        if broken:
            raise ContractError(f"contract.py: {words}")


def _can_be_pulled(lever: Lever, found: dict[str, Column]) -> bool:
    wanted = [(lever.column, (*lever.start, lever.goal)), *lever.needs]
    allowed = all(name in found and values and set(values) <= set(found[name].allowed) for name, values in wanted)
    adds = all(name in found and found[name].kind == "number" for name, _ in lever.adds)
    return allowed and adds and bool(lever.start) and lever.goal not in lever.start
