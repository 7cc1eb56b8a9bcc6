"""The page and the JSON that a simulation leaves."""

import datetime as dt
import importlib.metadata
import platform
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bench.machine import processor
from simulate.tables import Table

PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "pyarrow", "evidently", "onnxruntime")
HEAD = """# Simulations

`make simulate` prints and writes this page. Customers are drawn from a population whose true churn probabilities are
known (`tests/simulate/population.py`): rows of the public table drawn whole and moved a little, their outcomes drawn
from boosted trees that were fitted and calibrated once on the real outcomes. Intervals are 95 %.
"""


def plain(tables: list[Table], seed: int, seconds: float, machine: str) -> dict[str, Any]:
    """Give what a part found as JSON holds it, with all that is needed to find it again."""
    return {
        "seed": seed,
        "seconds": round(seconds, 1),
        "date": f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC",
        "machine": machine,
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "tables": [asdict(table) for table in tables],
    }


def machine() -> str:
    """Name the processor and the interpreter."""
    return f"{processor()}, Python {platform.python_version()}"


def page(parts: dict[str, Any]) -> str:
    """Write all parts as Markdown, the promises first."""
    promised = [
        [_anchor(part), *_cells(promise)]
        for part, found in parts.items()
        for table in found["tables"]
        for promise in table["promises"]
    ]
    head = _grid(["", "promise", "measured", "interval", ""], promised) if promised else []
    return "\n".join([HEAD, *head, *(chapter(part, found) for part, found in parts.items())])


def chapter(part: str, found: dict[str, Any]) -> str:
    """Write one part as Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    lines = [f"\n## {part.capitalize()}\n", f"{found['date']}, seed {found['seed']}, {found['seconds']:,.0f} s"]
    lines += [f"on {found['machine']}; {versions}."]
    return "\n".join([*lines, *(line for table in found["tables"] for line in _table(table))]) + "\n"


def _table(table: dict[str, Any]) -> Iterator[str]:
    yield f"\n### {table['title']}\n"
    yield f"{table['shows']} (`{table['command']}`, seed {table['seed']})\n"
    yield from _grid(table["columns"], table["rows"])
    for promise in table["promises"]:
        words, figure, interval, met = _cells(promise)
        yield f"\nPromised: {words}: {figure} ({interval}), {met}."


def _grid(columns: list[str], rows: list[list[Any]]) -> Iterator[str]:
    numeric = [all(isinstance(row[place], int | float) for row in rows) for place in range(len(columns))]
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---:' if number else '---' for number in numeric)} |"
    for row in rows:
        yield f"| {' | '.join(map(_spelt, row))} |"


def _spelt(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.4g}"


def _cells(promise: dict[str, Any]) -> list[str]:
    return [promise["words"], promise["figure"], promise["interval"], "met" if promise["met"] else "**not met**"]


def _anchor(part: str) -> str:
    return f"[{part}](#{part})"
