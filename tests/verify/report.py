"""The table of what was run."""

import datetime as dt
from collections.abc import Mapping, Sequence

from verify.row import Row

HEAD = """# What was really run

`make verify`, {when:%Y-%m-%d %H:%M} UTC, {minutes:.1f} minutes. A row is an artefact that ships: what was run of
it, how that ended, and what was seen. What this machine cannot run is said with its reason.
Minutes: {each}; two at once, but for compose and pods.

| artefact | what was run | result | seen |
| --- | --- | --- | --- |
"""


def page(rows: Sequence[Row], took: Mapping[str, float], whole: float) -> str:
    """Write the rows as a Markdown page; `took` tells the seconds of each check, `whole` those of all."""
    each = ", ".join(f"{name} {seconds / 60:.1f}" for name, seconds in took.items())
    head = HEAD.format(when=dt.datetime.now(dt.UTC), minutes=whole / 60, each=each)
    return head + "".join(
        f"| {_cell(row.artefact)} | {_cell(row.ran)} | {row.result} | {_cell(row.words)} |\n" for row in rows
    )


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split())
