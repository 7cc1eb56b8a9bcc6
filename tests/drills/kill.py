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
        with Callers(product.port, rows) as callers:
            for _ in range(times):
                time.sleep(BETWEEN)
                product.kill()
                restarts.append(product.begin())
            time.sleep(BETWEEN)
        asked_twice = [one for one in callers.acknowledged if one.lost]
        judge_repeats(finding, product.port, [*asked_twice, *callers.acknowledged[-20:]])
        judge_ledger(finding, product.url, callers)
    finding.figures["asked again after a crash"] = str(len(asked_twice))
    finding.figures["restart, median and worst"] = f"{statistics.median(restarts):.2f} s, {max(restarts):.2f} s"
    finding.promise("the kills hit requests under way", any(one.lost for one in callers.questions))
    finding.promise("every question was answered in the end", len(callers.acknowledged) == len(callers.questions))
    return finding
