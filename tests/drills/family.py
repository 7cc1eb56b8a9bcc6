"""`churn api` itself: its workers killed under load, and then told to end."""

import contextlib
import signal
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from drills.callers import Callers
from drills.finding import Finding, judge_ledger, judge_repeats
from drills.product import Product

API = (sys.executable, "-m", "churn.cli", "api")
WORD = "churn.services.worker"
BACK_WITHIN, LEAVES_WITHIN, SETTLE = 30.0, 15.0, 1.5


class Family(Product):
    """The supervisor with its workers and its sync."""

    def begin(self) -> float:
        """Start the supervisor on the same port, and give the seconds until it is ready."""
        self.door.close()
        self.worker = self.run(*API)
        return self.wait_ready()

    @property
    def workers(self) -> list[psutil.Process]:
        """List the workers that live."""
        return [one for one in self.all if WORD in _command(one)]

    @property
    def all(self) -> list[psutil.Process]:
        """List every process of the family but the supervisor."""
        return psutil.Process(self.worker.pid).children(recursive=True)


def family(folder: Path, rows: list[dict[str, Any]], times: int) -> Finding:
    """Kill one of two workers at a time; the supervisor brings it back, and at the end takes all along."""
    finding = Finding(f"churn api with 2 workers: {times} of them killed -9 under load, then SIGTERM")
    with Family(folder, CHURN_API_WORKERS="2") as product:
        with Callers(product.port, rows) as callers:
            time.sleep(0.5)
            back = [_replace(product) for _ in range(times)]
        judge_repeats(finding, product.port, [one for one in callers.questions if one.lost] + callers.questions[-20:])
        everyone, began = product.all, time.perf_counter()
        product.worker.send_signal(signal.SIGTERM)
        code, left = product.worker.wait(LEAVES_WITHIN + 10), psutil.wait_procs(everyone, 5)[1]
        judge_ledger(finding, product.url, callers)
    finding.figures["two worker processes again after, worst"] = f"{max(back):.2f} s"
    finding.figures["time to leave"] = f"{time.perf_counter() - began:.2f} s"
    finding.promise("the supervisor brings each back", max(back) < BACK_WITHIN)
    finding.promise("every question was answered in the end", len(callers.acknowledged) == len(callers.questions))
    finding.promise("told to end, it ends well and leaves no process", code == 0 and not left)
    return finding


def _replace(product: Family) -> float:
    doomed, began = product.workers[0], time.perf_counter()
    doomed.kill()
    while time.perf_counter() - began < BACK_WITHIN:
        alive = [one.pid for one in product.workers]
        if len(alive) == 2 and doomed.pid not in alive:
            break
        time.sleep(0.05)
    taken = time.perf_counter() - began
    time.sleep(SETTLE)
    return taken


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""
