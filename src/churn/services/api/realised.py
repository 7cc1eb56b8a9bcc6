"""Mature labels measured: altogether, by version, and by version and window."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from churn.lifecycle.realised import realised
from churn.services.api.schemas.monitoring import Measured, Performance, Versioned, Windowed
from churn.services.api.schemas.told import iso
from churn.stores.ledger.queries.cells import DAY

Key = tuple[int, ...]
COUNTED = ("customers", "mature", "contacted")


def told(found: dict[str, list[Any]], horizon_days: int, window_days: int) -> Performance:
    """Measure what the query `matured` gave."""
    counts: dict[Key, dict[str, int]] = {}
    for version, window, customers, mature in found["counts"]:
        counts[version, window] = {"customers": customers, "mature": mature, "contacted": 0}
    for version, window, contacted in found["contacted"]:
        counts[version, window]["contacted"] = contacted
    labels: dict[Key, list[tuple[float, int]]] = defaultdict(list)
    for version, window, probability, churned in found["labels"]:
        labels[version, window].append((probability, churned))
    versions = sorted({version for version, _ in counts})
    return Performance(
        **_measured(counts, labels, counts),
        horizon_days=horizon_days,
        by_version=[
            Versioned(model_version=version, **_measured(counts, labels, _of(counts, version))) for version in versions
        ],
        by_window=[
            Windowed(
                model_version=version,
                since=iso(window * window_days * DAY),
                until=iso((window + 1) * window_days * DAY),
                **_measured(counts, labels, [(version, window)]),
            )
            for version, window in sorted(counts)
        ],
    )


def _of(counts: Iterable[Key], version: int) -> list[Key]:
    return [key for key in counts if key[0] == version]


def _measured(
    counts: dict[Key, dict[str, int]], labels: dict[Key, list[tuple[float, int]]], keys: Iterable[Key]
) -> dict[str, Any]:
    kept = list(keys)
    pairs = np.array([pair for key in kept for pair in labels.get(key, [])], float).reshape(-1, 2)
    sums = {name: sum(counts[key][name] for key in kept) for name in COUNTED}
    found = realised(pairs[:, 0], pairs[:, 1])
    measured = Measured(
        **sums,
        labelled=found.labelled,
        churned=found.churned,
        coverage=found.labelled / sums["mature"] if sums["mature"] else None,
        words=found.words,
        roc_auc=found.roc_auc,
        log_loss=found.log_loss,
        brier=found.brier,
        calibration=found.calibration,
    )
    return dict(measured)
