"""SIGTERM under load."""

import signal
import time
from pathlib import Path
from typing import Any

from drills.callers import Callers
from drills.finding import Finding, judge_ledger
from drills.kept import unspoken
from drills.product import Product

LEAVES_WITHIN = 15.0


def leave(folder: Path, rows: list[dict[str, Any]], times: int) -> Finding:
    """Ask the worker to end, again and again: what it accepted it must answer, and what it keeps it must tell."""
    finding, silent, taken, every = Finding(f"SIGTERM under load, {times} times"), [], [], []
    product = Product(folder)
    for number in range(times):
        product.begin()
        with Callers(product.port, rows, 16, again=False, name=f"s{number}") as callers:
            time.sleep(0.7)
            began = time.perf_counter()
            product.worker.send_signal(signal.SIGTERM)
            product.worker.wait(LEAVES_WITHIN + 5)
            taken.append(time.perf_counter() - began)
            product.door.close()
        every += callers.questions
        product.__exit__(None, None, None)
        product = Product(folder)
    callers.questions = every
    silent = unspoken(judge_ledger(finding, product.url, callers), every)
    product.__exit__(None, None, None)
    finding.figures["kept but not answered"] = str(len(silent))
    finding.figures["time to leave, worst"] = f"{max(taken):.2f} s"
    finding.promise("what was kept was answered", not silent)
    finding.promise(f"it left within {LEAVES_WITHIN:g} s", max(taken) < LEAVES_WITHIN)
    finding.promise(
        "nothing was answered with a fault of ours", all(one.status in {200, 503} for one in callers.answers)
    )
    return finding
