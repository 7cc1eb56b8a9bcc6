"""kill -9 of the worker under load."""

import statistics
import time
from pathlib import Path
from typing import Any

from drills.callers import Callers
from drills.finding import Finding, judge_ledger, judge_repeats
from drills.product import Product

BETWEEN = 0.4


def kill(folder: Path, rows: list[dict[str, Any]], times: int, **env: str) -> Finding:
    """Kill the worker again and again; clients ask again under the same keys."""
    finding, restarts = Finding(f"kill -9 of the worker, {times} times, under load"), []
    with Product(folder, **env) as product:
        with Callers(product.port, rows) as callers, Callers(product.port, rows, 2, name="b", batch=60) as batches:
            for _ in range(times):
                time.sleep(BETWEEN)
                product.kill()
                restarts.append(product.begin())
            time.sleep(BETWEEN)
        questions = callers.questions + batches.questions
        asked_twice = [one for one in questions if one.lost]
        judge_repeats(finding, product.port, [*asked_twice, *questions[-20:]])
        judge_ledger(finding, product.url, callers, batches)
    finding.figures["asked again after a crash"] = str(len(asked_twice))
    finding.figures["of them batches"] = str(sum(one.path != "/predict" for one in asked_twice))
    finding.figures["restart, median and worst"] = f"{statistics.median(restarts):.2f} s, {max(restarts):.2f} s"
    finding.promise("the kills hit requests under way", bool(asked_twice))
    finding.promise("every question was answered in the end", all(one.acknowledged for one in questions))
    return finding
