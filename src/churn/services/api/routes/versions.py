"""The versions of the model, one by one and two side by side."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import registry
from churn.services.api.schemas.told import Paged, problems
from churn.services.api.schemas.versions import Compared, Comparison, Figure, Setting, VersionsPage, VersionTold
from churn.services.api.state import State

router = APIRouter(tags=["Model"])

Version = dict[str, Any]


@router.get("/versions", summary="The versions of the model, newest first")
async def versions(known: Known, asked: Annotated[Paged, Query()]) -> VersionsPage:
    """List what the registry held when sync last looked: figures, the gate's verdict, aliases."""
    seen = registry(known)
    found = sorted(seen["versions"], key=lambda one: -one["number"])
    page = found[asked.offset : asked.offset + asked.limit]
    return VersionsPage(
        total=len(found),
        limit=asked.limit,
        offset=asked.offset,
        model=seen["model"],
        aliases=seen["aliases"],
        versions=[_told(known, seen, one) for one in page],
    )


@router.get("/versions/compare", summary="Two versions side by side", responses=problems(404))
async def compare(known: Known, asked: Annotated[Compared, Query()]) -> Comparison:
    """Set figures and parameters of two versions side by side; a difference is b less a.

    Figures of two versions may come from different test rows. The gate's paired intervals, where it judged one of the
    two against the other, are from the same rows.
    """
    seen = registry(known)
    a, b = (_told(known, seen, _find(seen, number)) for number in (asked.a, asked.b))
    same = a.digest == b.digest
    judged = _judged(a, b)
    return Comparison(
        a=a,
        b=b,
        same_model=same,
        metrics=[_figure(name, a.metrics.get(name), b.metrics.get(name)) for name in _names(a.metrics, b.metrics)],
        params=[_setting(name, a.params.get(name), b.params.get(name)) for name in _names(a.params, b.params)],
        intervals=judged,
        words=_words(a, b, judged),
    )


def _told(known: State, seen: dict[str, Any], version: Version) -> VersionTold:
    served = known.served.engine.digest if known.served.ready else None
    runs = (run for experiment in seen["experiments"] for run in experiment["trainings"])
    params: dict[str, str] = next((run["params"] for run in runs if run["id"] == version["run"]), {})
    return VersionTold(**version, served=version["digest"] == served, params=params)


def _find(seen: dict[str, Any], number: int) -> Version:
    found: Version | None = next((one for one in seen["versions"] if one["number"] == number), None)
    if found is None:
        raise Refusal(404, f"{seen['model']} has no version {number}; GET /versions lists them")
    return found


def _judged(a: VersionTold, b: VersionTold) -> list[dict[str, Any]]:
    """Give the gate's checks, if it held one of the two against the other."""
    for challenger, champion in ((b, a), (a, b)):
        verdict = challenger.verdict or {}
        if verdict.get("champion") == champion.digest and verdict.get("challenger") == challenger.digest:
            return [{"challenger": challenger.number} | check for check in verdict.get("checks", [])]
    return []


def _words(a: VersionTold, b: VersionTold, judged: list[dict[str, Any]]) -> str:
    if a.digest == b.digest:
        return f"versions {a.number} and {b.number} are the same model"
    if judged:
        return f"the gate judged version {judged[0]['challenger']} against the other on rows that neither trained on"
    return "the gate did not judge these two against one another; their figures stand side by side, not paired"


def _names(*tables: dict[str, Any]) -> list[str]:
    return sorted(set().union(*tables))


def _figure(name: str, a: float | None, b: float | None) -> Figure:
    return Figure(name=name, a=a, b=b, difference=None if a is None or b is None else b - a)


def _setting(name: str, a: str | None, b: str | None) -> Setting:
    return Setting(name=name, a=a, b=b, same=a == b)
