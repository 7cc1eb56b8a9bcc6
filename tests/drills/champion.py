"""The champion moved under load, in a real registry that a real sync follows."""

import time
from pathlib import Path
from typing import Any

import orjson

from churn.scoring.engine import Engine
from churn.stores import bundle
from churn.stores.tracking.registry import Registry
from drills.callers import Callers
from drills.finding import Finding, judge_ledger, slowest
from drills.product import SYNC, Product

CLOSE = 1e-9
SEEN_WITHIN = 20.0


def champion(folder: Path, rows: list[dict[str, Any]], times: int) -> Finding:
    """Move the alias to and fro, each time until the new version answers."""
    finding = Finding(f"champion moved {times} times under load")
    registry = Registry(f"sqlite:///{folder}/mlflow.db", "telco-churn")
    with Product(folder) as product:
        product.run(*SYNC)
        with Callers(product.port, rows) as callers:
            time.sleep(0.5)
            taken = [_move(registry, callers, 2 - number % 2) for number in range(times)]
            time.sleep(0.5)
        judge_ledger(finding, product.url, callers)
    bad = [one for one in callers.answers if one.status != 200]
    wrong = _inconsistent(folder, callers)
    finding.figures |= {"failed": str(len(bad)), "moves seen": str(sum(one < SEEN_WITHIN for one in taken))}
    finding.figures["alias to first answer, worst"] = f"{max(taken):.2f} s"
    finding.figures["slowest answer"] = slowest(callers)
    finding.promise("every move reached the answers", all(one < SEEN_WITHIN for one in taken))
    finding.promise("no request failed", not bad and not callers.gone)
    finding.promise("each probability is that of the version it names", not wrong)
    return finding


def _move(registry: Registry, callers: Callers, version: int) -> float:
    began = time.perf_counter()
    registry.alias("champion", version)
    while time.perf_counter() - began < SEEN_WITHIN:
        last = next((one.acknowledged for one in reversed(callers.questions[:]) if one.acknowledged), None)
        if last and orjson.loads(last.body)["model_version"] == version:
            break
        time.sleep(0.01)
    return time.perf_counter() - began


def _inconsistent(folder: Path, callers: Callers) -> list[str]:
    """Name the answers whose probability another version gave."""
    found = {number: bundle.of_version(folder / "bundle", number) for number in (1, 2)}
    engines = {number: Engine(one.model, number) for number, one in found.items() if one}
    wrong = []
    for one in callers.acknowledged:
        told = orjson.loads(one.acknowledged.body)  # type: ignore[union-attr]
        truth = engines[told["model_version"]].answer(orjson.loads(one.body))["churn_probability"]
        if abs(truth - told["churn_probability"]) > CLOSE:
            wrong.append(one.key)
    return wrong
