"""The versions of the model, one by one and two side by side."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import registry
from churn.services.api.schemas.told import Paged, problems
from churn.services.api.schemas.versions import (
    Compared,
    Comparison,
    Figure,
    Migrated,
    Setting,
    VersionsPage,
    VersionTold,
)
from churn.services.api.state import State

router = APIRouter(tags=["Model"])

Version = dict[str, Any]
ENDS = ("_low", "_high")
"""How the ends of a metric's interval are named behind it."""


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
        metrics=[_figure(name, a.metrics, b.metrics) for name in _figures(a.metrics, b.metrics)],
        params=[_setting(name, a.params.get(name), b.params.get(name)) for name in _names(a.params, b.params)],
        migration=_migration(a, b),
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
    pair = _pair(a, b)
    return (
        [{"challenger": pair[0].number} | check for check in (pair[0].verdict or {}).get("checks", [])] if pair else []
    )


def _migration(a: VersionTold, b: VersionTold) -> list[Migrated] | None:
    """Give who would change tier, if the gate held one of the two against the other."""
    pair = _pair(a, b)
    if pair is None:
        return None
    who = {"challenger": pair[0].number, "champion": pair[1].number}
    found = (pair[0].verdict or {}).get("migration", {})
    return [Migrated(**who, among=among, **told) for among, told in found.items()] or None


def _pair(a: VersionTold, b: VersionTold) -> tuple[VersionTold, VersionTold] | None:
    """Name challenger and champion, if the gate judged this very pair."""
    for challenger, champion in ((b, a), (a, b)):
        verdict = challenger.verdict or {}
        if verdict.get("champion") == champion.digest and verdict.get("challenger") == challenger.digest:
            return challenger, champion
    return None


def _words(a: VersionTold, b: VersionTold, judged: list[dict[str, Any]]) -> str:
    if a.digest == b.digest:
        return f"versions {a.number} and {b.number} are the same model"
    if judged:
        return f"the gate judged version {judged[0]['challenger']} against the other on rows that neither trained on"
    return "the gate did not judge these two against one another; their figures stand side by side, not paired"


def _names(*tables: dict[str, Any]) -> list[str]:
    return sorted(set().union(*tables))


def _figures(*tables: dict[str, Any]) -> list[str]:
    """Name the figures, without the ends of their intervals."""
    names = _names(*tables)
    return [one for one in names if not any(one.endswith(end) and one.removesuffix(end) in names for end in ENDS)]


def _figure(name: str, a: dict[str, float | None], b: dict[str, float | None]) -> Figure:
    values = a.get(name), b.get(name)
    ends = {f"{side}{end}": told.get(name + end) for side, told in (("a", a), ("b", b)) for end in ENDS}
    apart = None if values[0] is None or values[1] is None else values[1] - values[0]
    return Figure(name=name, a=values[0], b=values[1], difference=apart, **ends)


def _setting(name: str, a: str | None, b: str | None) -> Setting:
    return Setting(name=name, a=a, b=b, same=a == b)
