"""Leaf through what the service pages: 50 rows at a time, however many there are."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from churn.services.dashboard import look

ROWS = 50


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which page is looked at; another question, or another number of rows, begins at its first page."""

    key: str
    total: int

    @property
    def last(self) -> int:
        """Give the number of the last page."""
        return max(1, -(-self.total // ROWS))

    @property
    def window(self) -> dict[str, int]:
        """Give which rows are on it, as the service takes it."""
        return {"limit": ROWS, "offset": ROWS * (int(st.session_state.get(self.key, 1)) - 1)}

    def choose(self) -> None:
        """Let another page be chosen."""
        if self.last > 1:
            st.pagination(self.last, key=self.key, width="stretch")
        first = self.window["offset"]
        st.caption(f"{first + 1:,} to {min(first + ROWS, self.total):,} of {look.many(self.total, 'customer')}")


def leaf(name: str, asked: Mapping[str, Any], total: int) -> Leaf:
    """Give the leaf of a question."""
    said = repr((sorted(asked.items(), key=lambda one: one[0]), total))
    return Leaf(f"{name}_page_{zlib.crc32(said.encode()):08x}", total)
