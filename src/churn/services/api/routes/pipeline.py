"""How the model that answers was made."""

import asyncio
import json
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError

from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.routes.reports import Report, logged
from churn.services.api.schemas.pipeline import Pipeline, Stage
from churn.services.api.schemas.told import problems
from churn.services.api.state import State
from churn.stores import enclosed, notices

router = APIRouter(tags=["Model"])

FILE = "pipeline.json"
NONE = "no pipeline was logged with the version that answers, and none lies on this host; `dvc repro` makes one"


@router.get("/reports/pipeline", summary="The stages by which the model was made", responses=problems(404))
async def pipeline(known: Known) -> Pipeline:
    """Tell stages, data and code of the version that answers, as stage register logged them with it.

    Where nothing was logged with it, what lies in this host's folder of reports is told, and of which model it speaks.
    """
    found = await asyncio.to_thread(_read, known)
    if found is None:
        raise Refusal(404, NONE)
    told, came_with = found
    return await asyncio.to_thread(_told, known, told, came_with)


def _read(known: State) -> tuple[dict[str, Any], bool] | None:
    """Give what is told of the pipeline, and whether it came with the version that answers."""
    content = logged(known, FILE)
    came_with = content is not None
    try:
        told = json.loads(content if content is not None else (known.settings.reports_dir / FILE).read_bytes())
        [Stage(**one) for one in told["stages"]]
    except (OSError, ValueError, TypeError, KeyError, ValidationError):
        return None
    return told, came_with


def _told(known: State, told: dict[str, Any], came_with: bool) -> Pipeline:
    made, ready = told.get("model"), known.served.ready
    of_served = came_with or (ready and made == known.served.engine.digest)
    version = _version(known, known.served.engine.digest if of_served else made)
    tags = version.get("tags", {})
    return Pipeline(
        model=str(known.served.manifest["model"]) if ready else "unknown",
        model_version=version.get("number"),
        model_digest=version.get("digest", made),
        of_served=of_served,
        registered=version.get("created"),
        git_commit=tags.get("git_commit"),
        run=version.get("run"),
        store=_seen(known).get("store"),
        data_version=tags.get("digest_data"),
        words=_words(version.get("number"), of_served, came_with),
        reports=_reports(known) if of_served else [],
        stages=told["stages"],
    )


def _version(known: State, digest: Any) -> dict[str, Any]:
    """Find a version in the registry as sync last saw it; of the one that answers its manifest tells as much."""
    listed = (one for one in _seen(known).get("versions", []) if one["digest"] == digest)
    if known.served.ready and known.served.engine.digest == digest:
        told = known.served.manifest
        own = {"number": known.served.engine.version, "digest": digest, "run": told["run"], "tags": told["tags"]}
        return next(listed, {}) | own
    return next(listed, {})


def _seen(known: State) -> dict[str, Any]:
    return notices.registry(known.settings.bundle_dir) or {}


def _reports(known: State) -> list[str]:
    """Name what GET /reports gives of the version that answers."""
    brought = set(enclosed.names(known.served.loaded.folder))
    return [one.value for one in Report if one.place.rpartition("/")[2] in brought]


def _words(number: int | None, of_served: bool, came_with: bool) -> str:
    if came_with:
        return f"as logged with version {number}, which answers now"
    if of_served:
        return f"as it lies on this host; it speaks of version {number}, which answers now"
    which = "a model that the registry does not list" if number is None else f"version {number}"
    return f"as it lies on this host; it speaks of {which}, not of the one that answers now"
