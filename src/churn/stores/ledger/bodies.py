"""A record's inputs and results as they are stored: one JSON object as it came, lists compressed block by block."""

import hashlib
import hmac
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from typing import Any

import orjson
import zstandard

from churn import contract
from churn.stores.ledger import columnar
from churn.stores.ledger.columnar import Entry, Row
from churn.stores.ledger.entries import Body, Record

LEVEL = 1
FREE = 131_072
"""Bytes of body that may be compressed on the event loop: a fifth of a millisecond."""

ANSWERED_AS = ("customer_id", contract.ID)
"""Names under which answers repeat an id."""

Name = Callable[[str], str]


def namer(id_key: str | None) -> Name | None:
    """Give what turns an id into its stored name, or None where ids are stored as they are."""
    if id_key is None:
        return None
    key = id_key.encode()
    return lambda customer: hmac.digest(key, customer.encode(errors="surrogatepass"), hashlib.sha256).hex()


def size(record: Record | None) -> int:
    """Count the bytes of a record's bodies."""
    return 0 if record is None else _length(record.inputs) + _length(record.results)


def is_list(body: Body) -> bool:
    """Tell a batch's body, not yet stored, from a single's."""
    return type(body) is tuple or body[:1] == b"["


def may_name(body: Body) -> bool:
    """Tell whether some customer of a batch may bear an id; where none does, there is nothing to expand."""
    return contract.ID is not None and any(orjson.dumps(contract.ID) in block for block in _blocks(body))


def stored(record: Record, name: Name | None) -> Record:
    """Give the record as it is stored: ids replaced by their names, lists compressed."""
    inputs, customer = _blocks(record.inputs), record.customer
    if name is not None:
        batch = is_list(record.inputs)
        inputs = tuple(orjson.dumps(_renamed(orjson.loads(one), name, batch)) for one in inputs)
        customer = None if customer is None else name(customer)
        record = replace(record, request_id=name(record.request_id))  # callers may have put an id into it
    if not is_list(record.inputs):
        return replace(record, inputs=b"".join(inputs), customer=customer)
    return replace(record, inputs=packed(inputs), results=packed(record.results), customer=customer)


def kept_answer(body: bytes, name: Name) -> bytes:
    """Give an answer as it is kept under a key: ids are replaced by their names, what was refused is left out."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    changed = _leave_out_found(content) + _rename_within(content, name)
    return orjson.dumps(content) if changed else body


def packed(body: Body) -> bytes:
    """Compress each block into a stream of its own, one after another."""
    return b"".join(zstandard.compress(block, LEVEL) for block in _blocks(body))


def blocks(body: bytes) -> Iterator[bytes]:
    """Give the JSON of each block of a stored body."""
    if body[:1] in {b"{", b"["}:
        yield body
        return
    while body:
        stream = zstandard.ZstdDecompressor().decompressobj()
        yield stream.decompress(body)
        body = stream.unused_data


def entries(inputs: bytes, results: bytes) -> Iterator[Entry]:
    """Give each row of a stored batch: its index, what was asked, what was answered; an erased row is None twice."""
    for asked, answered in zip(blocks(inputs), blocks(results), strict=True):
        yield from columnar.entries(asked, answered)


def picked(inputs: bytes, results: bytes, wanted: Container[int]) -> Iterator[Row]:
    """Give what was asked in some rows of a stored batch, leaving out those that were erased."""
    for asked, answered in zip(blocks(inputs), blocks(results), strict=True):
        yield from columnar.picked(asked, answered, wanted)


def customer_of(row: Row) -> str | None:
    """Name the customer of a row, if the row does."""
    return None if contract.ID is None else row.get(contract.ID)


def _blocks(body: Body) -> tuple[bytes, ...]:
    if isinstance(body, tuple):
        return body
    return (body,) if body else ()


def _length(body: Body) -> int:
    return sum(map(len, body)) if isinstance(body, tuple) else len(body)


def _renamed(content: Any, name: Name, batch: bool) -> Any:
    """Replace the id in a row, in each row of a list, or in a column."""
    if batch and type(content) is dict:
        return columnar.renamed(content, name)
    rows = content if type(content) is list else [content]
    for entry in rows:
        row = entry[1] if type(entry) is list else entry
        customer = customer_of(row)
        if customer is not None:
            row[contract.ID] = name(customer)
    return content


def _leave_out_found(content: Any) -> int:
    """Drop the cells that a batch's answer repeats because they were refused: one may be an id."""
    rejects = content.get("rejects") if type(content) is dict else None
    told = [one for one in rejects if type(one) is dict] if type(rejects) is list else []
    return sum(one.pop("found", told) is not told for one in told)


def _rename_within(content: Any, name: Name) -> bool:
    """Replace ids wherever an answer names one; tell whether there was one."""
    if type(content) is list:
        return sum(_rename_within(one, name) for one in content) > 0
    if type(content) is not dict:
        return False
    named = [key for key in content if key in ANSWERED_AS and type(content[key]) is str]
    for key in named:
        content[key] = name(content[key])
    return len(named) + sum(_rename_within(one, name) for one in content.values()) > 0
