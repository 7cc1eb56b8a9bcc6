"""`make verify`: run what ships, check after check, and print a table of what was really run."""

import argparse
import importlib
import logging
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

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
"""Modules of verify.checks, in the order in which they run: what is cheap comes first."""
log = logging.getLogger("verify")


def main() -> int:
    """Run the checks; exit 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="verify")
    parser.add_argument("--only", nargs="+", choices=CHECKS, default=list(CHECKS))
    parser.add_argument("--write", action="store_true", help=f"write the table to {REPORT.relative_to(ROOT)}")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells each request
    rows: list[Row] = []
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="verify-") as made:
        for name in asked.only:
            began = time.monotonic()
            rows += _checked(name, Path(made) / name)
            took[name] = time.monotonic() - began
    told = page(rows, took)
    log.info("%s", told)
    if asked.write:
        REPORT.write_text(told)
    return int(any(row.result is Result.FAILED for row in rows) or not rows)


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
