"""`make simulate`: what the product's statistics are worth; see reports/simulations/simulations.md."""

import argparse
import importlib
import json
import logging
import sys
import time
from typing import Any

from simulate import report
from simulate.population import ROOT

PARTS = ("drift", "gate", "intervals", "million")
"""Each is a module here with `run(seed: int, quick: bool) -> list[Table]`; `quick` only shows that it runs."""
SEED = 2026
FOLDER = ROOT / "reports/simulations"

log = logging.getLogger("simulate")


def main() -> int:
    """Run the parts, print what they found, and write it if all ran in full or `--write` says so."""
    asked = _asked()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    found = {}
    for part in asked.only:
        log.info("%s: running", part)
        found[part] = _found(part, asked.seed, asked.quick)
        log.info(report.chapter(part, found[part]))
    if asked.write or not (asked.quick or set(PARTS) - set(asked.only)):
        _write(found)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="default all, in this order")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--quick", action="store_true", help="a miniature that shows that it runs and measures nothing")
    parser.add_argument("--write", action="store_true", help="put these parts into the report beside the others")
    return parser.parse_args()


def _found(part: str, seed: int, quick: bool) -> dict[str, Any]:
    started, machine = time.perf_counter(), report.machine()
    tables = importlib.import_module(f"simulate.{part}").run(seed, quick)
    return report.plain(tables, seed, time.perf_counter() - started, machine)


def _write(found: dict[str, Any]) -> None:
    """Put these parts in the place of what the report held of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / "simulations.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    parts = {part: (known | found)[part] for part in PARTS if part in known | found}
    kept.write_text(json.dumps(parts, indent=1, default=lambda number: number.item()) + "\n")
    (FOLDER / "simulations.md").write_text(report.page(parts))
    log.info("written to %s", FOLDER)


if __name__ == "__main__":
    sys.exit(main())
