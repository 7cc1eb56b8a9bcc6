"""The figures at the head of a page: name, value, how it moved, and a line that makes sense of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure; `moved` is what it is more than a week ago, None where that is not known or means nothing."""

    name: str
    value: str
    said: str = ""
    words: str = ""
    moved: float | None = None
    since: str = "in a week"
    worse: bool = True
    """Whether more of it is worse."""


def show(tiles: Sequence[Tile], key: str = "figures") -> None:
    """Show figures in a row that wraps: four on a desk, two on a phone."""
    with st.container(horizontal=True, key=f"tiles_{key}"):
        for number, tile in enumerate(tiles):
            with st.container(border=True, key=f"tile_{key}_{number}", gap="xsmall"):
                st.metric(tile.name, tile.value, help=tile.words or None, **_delta(tile))
                if tile.said:
                    st.caption(tile.said)


def _delta(tile: Tile) -> dict[str, Any]:
    if tile.moved is None:
        return {}
    if not round(tile.moved):
        return {"delta": f"no change {tile.since}", "delta_color": "off", "delta_arrow": "off"}
    color = "inverse" if tile.worse else "normal"
    return {"delta": f"{tile.moved:+,.0f}", "delta_color": color, "delta_description": tile.since}
