"""Scores measured on mature labels, and estimated before: altogether, by version, and by version and window."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from churn.lifecycle.estimated import estimated
from churn.lifecycle.realised import realised
from churn.services.api.schemas.monitoring import Estimated, Performance, Versioned, Windowed
from churn.services.api.schemas.told import iso
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.matured import Span
from churn.stores.ledger.queries.spread import BINS

Key = tuple[int, ...]
Label = tuple[float, int, int]
"""A probability, whether the customer left, and whether the customer was held out."""


def told(found: dict[str, list[Any]], spread: dict[str, Any], span: Span) -> Performance:
    """Measure what the query `matured` gave, and estimate from what `spread` gave."""
    counts: dict[Key, dict[str, int]] = {(): dict.fromkeys(("customers", "mature", "contacted", "held_out"), 0)}
    for key, customers, mature in found["counts"]:
        counts[key] = {"customers": customers, "mature": mature, "contacted": 0, "held_out": 0}
    for key, contacted, held_out in found["contacted"]:
        counts[key]["contacted"] += contacted
        counts[key]["held_out"] += held_out
    labels: dict[Key, list[Label]] = defaultdict(list)
    for key, probability, churned, held in found["labels"]:
        labels[key].append((probability, churned, held))
    expected = _estimates(spread)
    measured = {
        key: _measured(counts[key], labels[key], alone=span.contacted)
        | {"estimated": expected(key, counts[key]["customers"])}
        for key in sorted(counts)
    }
    return Performance(
        **measured[()],
        horizon_days=span.horizon_days,
        by_version=[Versioned(model_version=key[0], **told) for key, told in measured.items() if len(key) == 1],
        by_window=[_windowed(key, span, told) for key, told in measured.items() if len(key) == 2],
    )


def _windowed(key: Key, span: Span, measured: dict[str, Any]) -> Windowed:
    version, window = key
    begins, ends = (one * span.window_days * DAY for one in (window, window + 1))
    whole = span.since <= begins and ends <= min(span.until, span.now)
    return Windowed(model_version=version, since=iso(begins), until=iso(ends), complete=whole, **measured)


def _estimates(spread: dict[str, Any]) -> Callable[[Key, int], Estimated]:
    """Give what estimates a group from its key and how many customers it has in all."""
    bins: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for key, place, customers in spread["bins"]:
        bins[key].append((place, customers))

    def of(key: Key, customers: int) -> Estimated:
        table = np.array(bins[key], float).reshape(-1, 2)
        found = estimated((table[:, 0] + 0.5) / BINS, table[:, 1])
        drawn = f"; drawn by lot from {customers} customers" if spread["part"] < 1 else ""
        return Estimated.model_validate(replace(found, words=found.words + drawn))

    return of


def _measured(counts: dict[str, int], labels: list[Label], *, alone: bool) -> dict[str, Any]:
    """Measure a group; unless everybody stands alone, who was held out stands for those who were called as well."""
    table = np.array(labels, float).reshape(-1, 3)
    called, held = counts["contacted"], counts["held_out"]
    stands = 1.0 if alone or not held else (called + held) / held
    found = realised(table[:, 0], table[:, 1], np.where(table[:, 2] == 1, stands, 1.0))
    return dict(
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
