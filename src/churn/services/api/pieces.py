"""A JSON list of customers, read a piece at a time, so that nobody waits for the whole of a long one."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from churn.scoring.decoded import decoded
from churn.services.api import asked
from churn.services.api.arrival import Arrival
from churn.services.api.blocks import Given, cut
from churn.services.api.problems import Refusal

PIECE = 262_144
"""Bytes that are read at once: about a millisecond."""
SMALL = 16_384
BETWEEN = re.compile(rb"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
"""Two objects of a list, with no other blanks than JSON's own: a cut leaves them out, and nobody reads them."""


async def customers(arrival: Arrival) -> list[Given]:
    """Read the body as a JSON list in which no name stands twice. Raises Refusal."""
    asked.must_be_json(arrival)
    found: list[Given] = []
    try:
        for piece in pieces(arrival.body):
            found += _read(replace(arrival, body=piece))
            if len(piece) < len(arrival.body):
                await asyncio.sleep(0)
    except Refusal:  # a cut fell into a text, or the body is wrong: only the whole of it can tell
        if len(arrival.body) < PIECE:
            raise
        return cut(_list(await asyncio.to_thread(asked.json_body, arrival)))
    return found


def pieces(body: bytes) -> Iterator[bytes]:
    """Cut a JSON list between two objects, again and again, and give each piece brackets of its own.

    Where every piece is a JSON list, the body is one, too, with the same elements: what stands before a cut is then a
    list's beginning that ends with an element, and what stands behind it begins with the next.
    """
    start, opened = 0, b""
    while between := BETWEEN.search(body, start + PIECE):
        yield opened + body[start : between.start() + 1] + b"]"
        start, opened = between.end(), b"["
    yield opened + body[start:]


def _read(piece: Arrival) -> list[Given]:
    """Read a piece; few rows are checked one by one, which costs less than making columns of them."""
    found = decoded(piece.body) if len(piece.body) > SMALL else None
    return cut(_list(asked.json_body(piece))) if found is None else [found]


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise Refusal(422, "a batch is a JSON list of customers; one customer goes to /predict")
    return content
