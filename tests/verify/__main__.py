"""`make verify`: run what ships, check after check, and print a table of what was really run."""

import argparse
import importlib
import logging
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from verify.report import page
from verify.row import Result, Row, failed

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "reports/verification.md"
CHECKS = (
    "kubernetes",
    "nginx",
    "observability",
    "spark",
    "backup",
    "security",
    "workflows",
    "runbooks",
    "images",
    "compose",
    "pods",
)
"""Modules of verify.checks, in the order in which they are told."""
LONGEST_FIRST = ("images", "spark", "backup", "observability")
BESIDE, AFTER = 2, ("compose", "pods")
"""So many run at once, the longest first; what wants the images, and the machine for itself, runs after all others."""
log = logging.getLogger("verify")


class Done(NamedTuple):
    """What a check said, and the seconds that it took."""

    rows: list[Row]
    seconds: float


def main() -> int:
    """Run the checks; exit 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="verify")
    parser.add_argument("--only", nargs="+", choices=CHECKS, default=list(CHECKS))
    parser.add_argument("--write", action="store_true", help=f"write the table to {REPORT.relative_to(ROOT)}")
    asked = parser.parse_args()
    _talk()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="verify-") as made:
        done = _all(asked.only, Path(made))
    rows = [row for name in CHECKS for row in done.get(name, Done([], 0)).rows]
    told = page(rows, {name: done[name].seconds for name in CHECKS if name in done}, time.monotonic() - began)
    log.info("%s", told)
    if asked.write:
        REPORT.write_text(told)
    return int(any(row.result is Result.FAILED for row in rows) or not rows)


def _talk() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells each request


def _all(names: Sequence[str], folder: Path) -> dict[str, Done]:
    """Run the checks, two at once where they may."""
    early = sorted((one for one in names if one not in AFTER), key=_turn)
    with ProcessPoolExecutor(BESIDE, initializer=_talk) as beside:
        done = dict(zip(early, beside.map(_done, early, repeat(folder)), strict=True))
    return done | {name: _done(name, folder) for name in names if name in AFTER}


def _turn(name: str) -> int:
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)


def _done(name: str, folder: Path) -> Done:
    began = time.monotonic()
    rows = list(_checked(name, folder / name))
    return Done(rows, time.monotonic() - began)


def _checked(name: str, folder: Path) -> Iterator[Row]:
    """Run a check in a folder of its own, and tell each row as it comes; a check that breaks has failed."""
    folder.mkdir()
    said = 0
    try:
        for row in importlib.import_module(f"verify.checks.{name}").check(folder):
            log.info("%-9s %s: %s %s", row.result.upper(), row.artefact, row.ran, row.words)
            said += 1
            yield row
    except Exception as fault:  # noqa: BLE001 whatever broke a check is what it found
        log.info("%s", traceback.format_exc())
        yield failed(name, "the check itself", f"{type(fault).__name__}: {fault}")
    else:
        if not said:
            yield failed(name, "the check itself", "it said nothing")


if __name__ == "__main__":
    sys.exit(main())
