"""All promises beside what was measured, as they stand in kpi.json; every figure of the page comes from here."""

from typing import Any

from churn.params.kpi import Kpi
from churn.steps.kpi import of_data, of_model, of_reproduction, of_service, of_simulations
from churn.steps.kpi.sources import Sources


def kpi(sources: Sources, knobs: Kpi) -> dict[str, Any]:
    """Hold every promise against its measurement; what nobody measured is unknown, never met."""
    found = [
        *of_model.promises(sources, knobs),
        *of_data.promises(sources),
        of_reproduction.promise(sources),
        *of_simulations.promises(sources),
        *of_service.promises(sources, knobs),
    ]
    return {
        "model": sources.model,
        "counts": {state: sum(one.state == state for one in found) for state in ("met", "not met", "unknown")},
        "promises": [one.plain() for one in found],
        "accuracy": of_model.accuracy(sources, knobs),
    }
