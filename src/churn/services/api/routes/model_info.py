"""The model that answers now."""

import asyncio
from typing import Any

from fastapi import APIRouter

from churn import columns, contract
from churn.errors import ChurnError
from churn.services.api.needs import Known
from churn.services.api.reading import sync_said
from churn.services.api.schemas.model_info import ColumnTold, ModelInfo, SyncTold
from churn.services.api.state import State
from churn.stores.files import read_json_if_any

router = APIRouter(tags=["Model"])

DIGEST = "digest_"


@router.get("/model_info", summary="The model that answers now")
async def model_info(known: Known) -> ModelInfo:
    """Tell what the model is, where it came from, how it decides, and what a customer's record must hold."""
    loaded = known.served.loaded
    engine, manifest = loaded.engine, loaded.manifest
    tags = dict(manifest["tags"])
    terms = engine.campaign.model_dump(exclude={"tiers", "horizon_days"})
    return ModelInfo(
        model=manifest["model"],
        version=engine.version,
        digest=engine.digest,
        family=engine.family,
        run=manifest["run"],
        promoted=manifest.get("promotion"),
        gate=manifest.get("gate"),
        metrics=await asyncio.to_thread(_metrics, known, engine.digest, dict(manifest["metrics"])),
        threshold=engine.threshold,
        tiers=engine.campaign.tiers,
        horizon_days=engine.campaign.horizon_days,
        campaign=terms,
        id_column=contract.ID,
        columns=[_column(one) for one in columns.columns()],
        digests={name.removeprefix(DIGEST): value for name, value in tags.items() if name.startswith(DIGEST)},
        git_commit=tags.get("git_commit"),
        tags=tags,
        freshness=await asyncio.to_thread(_freshness, known, manifest.get("fetched_at")),
    )


def _metrics(known: State, digest: str, logged: dict[str, Any]) -> dict[str, Any]:
    """Give the figures logged with the version, with their intervals where the report on disk is of this model."""
    try:
        report = read_json_if_any(known.settings.reports_dir / "metrics.json")
    except (ChurnError, OSError):
        report = None
    if not isinstance(report, dict) or report.get("model") != digest:
        return logged
    intervals = {f"test_{name}": one for name, one in report.items() if isinstance(one, dict) and "value" in one}
    return logged | intervals


def _freshness(known: State, fetched_at: str | None) -> SyncTold:
    status, words = sync_said(known)
    registry, silent = status.get("registry"), status.get("silent_seconds")
    return SyncTold(words=words, registry=registry, silent_seconds=silent, fetched_at=fetched_at)


def _column(column: columns.Column) -> ColumnTold:
    told = ColumnTold.model_validate(column)
    return told if column.allowed else told.model_copy(update={"allowed": None})
