"""Mature labels measured: altogether, by version, and by version and window."""

from collections import defaultdict
from typing import Any

import numpy as np

from churn.lifecycle.realised import realised
from churn.services.api.schemas.monitoring import Measured, Performance, Versioned, Windowed
from churn.services.api.schemas.told import iso
from churn.stores.ledger.queries.cells import DAY

Key = tuple[int, ...]


def told(found: dict[str, list[Any]], horizon_days: int, window_days: int) -> Performance:
    """Measure what the query `matured` gave."""
    counts: dict[Key, dict[str, int]] = {(): dict.fromkeys(("customers", "mature", "contacted"), 0)}
    for key, customers, mature in found["counts"]:
        counts[key] = {"customers": customers, "mature": mature, "contacted": 0}
    for key, contacted in found["contacted"]:
        counts[key]["contacted"] += contacted
    labels: dict[Key, list[tuple[float, int]]] = defaultdict(list)
    for key, probability, churned in found["labels"]:
        labels[key].append((probability, churned))
    measured = {key: _measured(counts[key], labels[key]) for key in sorted(counts)}
    return Performance(
        **measured[()],
        horizon_days=horizon_days,
        by_version=[Versioned(model_version=key[0], **told) for key, told in measured.items() if len(key) == 1],
        by_window=[_windowed(key, window_days, told) for key, told in measured.items() if len(key) == 2],
    )


def _windowed(key: Key, days: int, measured: dict[str, Any]) -> Windowed:
    version, window = key
    since, until = iso(window * days * DAY), iso((window + 1) * days * DAY)
    return Windowed(model_version=version, since=since, until=until, **measured)


def _measured(counts: dict[str, int], labels: list[tuple[float, int]]) -> dict[str, Any]:
    pairs = np.array(labels, float).reshape(-1, 2)
    found = realised(pairs[:, 0], pairs[:, 1])
    measured = Measured(
        **counts,
        labelled=found.labelled,
        churned=found.churned,
        coverage=found.labelled / counts["mature"] if counts["mature"] else None,
        words=found.words,
        roc_auc=found.roc_auc,
        log_loss=found.log_loss,
        brier=found.brier,
        calibration=found.calibration,
    )
    return dict(measured)
