"""What a run left behind, as values by name."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

APART = ("reports/simulations/", "reports/benchmarks/", "reports/reproduction.json")
"""Reports that other commands write, with the times of a machine in them."""
SCORES = "scores.json"

Values = dict[str, Any]


def results(folder: Path) -> dict[str, Values]:
    """Read every JSON and CSV report under `folder`, by its path there: values by their path in the file."""
    found = sorted([*(folder / "reports").rglob("*.json"), *(folder / "reports").rglob("*.csv")])
    named = {path.relative_to(folder).as_posix(): path for path in found}
    return {name: _values(path) for name, path in named.items() if not name.startswith(APART)}


def scores(folder: Path) -> Values:
    """Read the score of every test row, by the row's id or place."""
    held: Values = json.loads((folder / SCORES).read_text())
    return held


def _values(path: Path) -> Values:
    if path.suffix == ".json":
        return dict(_flat(json.loads(path.read_text()), ""))
    with path.open(newline="") as text:
        rows = enumerate(csv.DictReader(text))
        return {f"{column}.{row}": _number(cell) for row, cells in rows for column, cell in cells.items()}


def _flat(held: Any, name: str) -> Iterator[tuple[str, Any]]:
    inside = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else None
    if inside is None:
        yield name, held
    else:
        for key, value in inside:
            yield from _flat(value, f"{name}.{key}" if name else str(key))


def _number(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell
