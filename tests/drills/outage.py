"""The ledger's database away, held by somebody else, or out of space, under load."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from drills.callers import Callers
from drills.database import Database
from drills.finding import Finding, judge_ledger, judge_refusals, judge_repeats, slowest
from drills.holder import Holder
from drills.product import MIGRATE, Product, ready

BEFORE, RECOVERED_WITHIN = 1.0, 20.0
PAGES, BUSY = 8192, 10.0
ANSWERED_WITHIN = 35.0
"""A request is answered or refused within the product's own time limit, and a little."""


def trouble(
    name: str, product: Product, rows: list[dict[str, Any]], begin: Callable[[], None], end: Callable[[], None],
    seconds: float, *, refuses: bool = True,
) -> Finding:  # fmt: skip
    """Make trouble under load, end it, and see that the same process recovers by itself."""
    finding, before = Finding(name), product.worker.pid
    with Callers(product.port, rows) as callers:
        time.sleep(BEFORE)
        begin()
        calm, refused = len(callers.acknowledged), len(callers.refusals())
        time.sleep(seconds)
        finding.figures["answered, refused during it"] = (
            f"{len(callers.acknowledged) - calm}, {len(callers.refusals()) - refused}"
        )
        finding.promise("the worker lives", product.worker.poll() is None)
        end()
        back = _recovers(callers)
        time.sleep(BEFORE)
    finding.figures["answers again after"] = f"{back:.2f} s"
    finding.figures["slowest answer"] = slowest(callers)
    finding.promise("it recovers by itself", back < RECOVERED_WITHIN and product.worker.pid == before)
    finding.promise("every answer came within bounds", max(one.seconds for one in callers.answers) < ANSWERED_WITHIN)
    finding.promise("no connection was dropped", not callers.gone)
    finding.promise("every question was answered in the end", len(callers.acknowledged) == len(callers.questions))
    if refuses:
        finding.promise("what could not be kept was refused", bool(callers.refusals()))
    finding.promise("it is ready again", bool(ready(product.port).get("ledger", {}).get("ok")))
    judge_refusals(finding, callers)
    judge_repeats(finding, product.port, callers.acknowledged[:: max(1, len(callers.acknowledged) // 50)])
    judge_ledger(finding, product.url, callers)
    return finding


def _recovers(callers: Callers) -> float:
    began, had = time.perf_counter(), len(callers.acknowledged)
    while len(callers.acknowledged) <= had and time.perf_counter() - began < RECOVERED_WITHIN:
        time.sleep(0.02)
    return time.perf_counter() - began


def postgresql(folder: Path, rows: list[dict[str, Any]], seconds: float) -> Finding:
    """Stop PostgreSQL at once, as a crash does, and start it again."""
    name = f"PostgreSQL stopped for {seconds:g} s under load"
    with Database(folder / "pg") as database:
        product = Product(folder, CHURN_DATABASE_URL=database.url)
        assert product.run(*MIGRATE).wait(60) == 0, product.said
        with product:
            return trouble(name, product, rows, database.stop, database.start, seconds)


def locked(folder: Path, rows: list[dict[str, Any]], seconds: float) -> Finding:
    """Let somebody else hold the SQLite file's only write lock."""
    name = f"SQLite ledger locked by another process for {seconds:g} s under load"
    with Product(folder) as product:
        other = Holder(folder / "ledger.db")
        return trouble(name, product, rows, other.hold, other.release, seconds, refuses=seconds > BUSY)


def full(folder: Path, rows: list[dict[str, Any]], seconds: float) -> Finding:
    """Let no file grow past two pages any more, as on a full disk, and then make room."""
    name = f"no room on the ledger's disk for {seconds:g} s under load"
    with Product(folder) as product:
        worker = psutil.Process(product.worker.pid)

        def room(limit: int) -> None:
            worker.rlimit(psutil.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

        return trouble(name, product, rows, lambda: room(PAGES), lambda: room(resource.RLIM_INFINITY), seconds)
