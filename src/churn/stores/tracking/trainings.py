"""What the trainings of an experiment left in the MLflow store: a parent run each, with its candidates."""

import math
from datetime import UTC, datetime
from typing import Any

from churn.stores.tracking import store

MOST = 200
"""So many trainings are read, newest first, and at most `CHILDREN` of their candidates."""
CHILDREN = 2000
PARENT = "mlflow.parentRunId"


def trainings(uri: str, experiment: str) -> list[dict[str, Any]]:
    """List the trainings of an experiment as plain JSON, newest first. Raises TrackingError."""
    client = store.connect(uri)
    with store.faults(uri):
        known = client.get_experiment_by_name(experiment)
        if known is None:
            return []
        where, newest = [known.experiment_id], ["attributes.start_time DESC"]
        found = [_run(one) for one in client.search_runs(where, max_results=MOST + CHILDREN, order_by=newest)]
    parents = [one for one in found if one["parent"] is None][:MOST]
    for parent in parents:
        parent["candidates"] = [one for one in found if one["parent"] == parent["id"]]
    return parents


def moment(milliseconds: int | None) -> str | None:
    """Spell a time of MLflow's as ISO 8601."""
    if milliseconds is None:
        return None
    return (
        f"{datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    )


def finite(figures: dict[str, float]) -> dict[str, float | None]:
    """Give figures as JSON can spell them: what is no number is null."""
    return {name: value if math.isfinite(value) else None for name, value in sorted(figures.items())}


def _run(found: Any) -> dict[str, Any]:
    said = dict(found.data.tags)
    return {
        "id": str(found.info.run_id),
        "parent": said.get(PARENT),
        "name": str(found.info.run_name),
        "status": str(found.info.status),
        "start": moment(found.info.start_time),
        "end": moment(found.info.end_time),
        "params": dict(sorted(found.data.params.items())),
        "metrics": finite(found.data.metrics),
        "tags": {name: value for name, value in sorted(said.items()) if not name.startswith("mlflow.")},
    }
