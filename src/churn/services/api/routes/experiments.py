"""Trainings and their candidates."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.services.api.needs import Known
from churn.services.api.reading import registry
from churn.services.api.schemas.versions import ExperimentsAsked, ExperimentsPage, Training

router = APIRouter(tags=["Model"])


@router.get("/experiments", summary="Trainings and their candidates, newest first")
async def experiments(known: Known, asked: Annotated[ExperimentsAsked, Query()]) -> ExperimentsPage:
    """List trainings as the tracking store held them when sync last looked, each with the versions that came of it."""
    seen = registry(known)
    found = [
        run | {"experiment": experiment["name"], "versions": _versions(seen, run["id"])}
        for experiment in seen["experiments"]
        for run in experiment["trainings"]
        if asked.experiment in (None, experiment["name"])
    ]
    found.sort(key=lambda run: (run["start"] or "", run["id"]), reverse=True)
    page = found[asked.offset : asked.offset + asked.limit]
    trainings = [Training(**run) for run in page]
    return ExperimentsPage(total=len(found), limit=asked.limit, offset=asked.offset, trainings=trainings)


def _versions(seen: dict[str, Any], run: str) -> list[int]:
    return sorted(one["number"] for one in seen["versions"] if one["run"] == run)
