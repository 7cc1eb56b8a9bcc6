"""Lots: drawn as if by chance, and the same for the same words on every database and every day."""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

LOTS = 2**32
"""Lots are whole numbers from 0 up to below this."""


def drawn(words: str) -> int:
    """Draw the lot of these words: the first 32 bits of their sha256."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4])


def quarter(day: date) -> str:
    """Name the quarter of a day: lots that are drawn for it are the same until it ends."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def held_out(name: str, day: date, share: float) -> bool:
    """Tell whether a customer (the stored name) is among the share that is left alone in the quarter of a day."""
    return drawn(f"{quarter(day)}:{name}") < round(share * LOTS)


class lot(GenericFunction[Any]):  # noqa: N801  it reads as a function of SQL
    """The lot of a text, as `drawn` draws it; connections to SQLite are given that function under this name."""

    type = BigInteger()
    inherit_cache = True


@compiles(lot, "postgresql")
def _lot_postgresql(element: lot, compiler: SQLCompiler, **options: Any) -> str:
    words = compiler.process(element.clauses, **options)
    return f"('x' || left(encode(sha256(convert_to({words}, 'UTF8')), 'hex'), 8))::bit(32)::bigint"
