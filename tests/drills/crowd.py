"""More at once than the service can take."""

import time
from pathlib import Path
from typing import Any

from drills.callers import Callers
from drills.finding import Finding, judge_ledger, judge_refusals, slowest
from drills.holder import Holder
from drills.product import Product

QUEUE = 64
GROWTH_MB = 60.0


def crowd(folder: Path, rows: list[dict[str, Any]], connections: int) -> Finding:
    """Let many more ask at once than may wait, while the ledger stands still for two seconds."""
    finding = Finding(f"{connections} connections at once, {QUEUE} may wait, ledger held for 2 s")
    with Product(folder, CHURN_QUEUE=str(QUEUE)) as product:
        before = product.unique_mb
        other = Holder(folder / "ledger.db")
        with Callers(product.port, rows, connections) as callers:
            time.sleep(0.5)
            other.hold()
            time.sleep(2)
            worst = product.unique_mb
            other.release()
            time.sleep(1)
        with Callers(product.port, rows, 1, name="after") as after:
            time.sleep(0.5)
        judge_refusals(finding, callers, (429, 503))
        judge_ledger(finding, product.url, callers)
    finding.figures["memory before, during"] = f"{before:.0f} MB, {worst:.0f} MB"
    finding.figures["slowest answer"] = slowest(callers)
    finding.figures["slowest answer afterwards"] = slowest(after)
    finding.promise("who could not wait was refused", bool(callers.refusals()))
    finding.promise("memory stays bounded", worst - before < GROWTH_MB)
    finding.promise("no connection was dropped", not callers.gone)
    finding.promise("every question was answered in the end", len(callers.acknowledged) == len(callers.questions))
    finding.promise("it recovers", bool(after.acknowledged) and not after.refusals())
    return finding
