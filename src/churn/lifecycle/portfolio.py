"""All customers together: cells of equal tier, segments and probability, added up in each direction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from churn import contract
from churn.lifecycle.proportions import total

ADDED = ("customers", "flagged", "offers", "expected_leavers", "monthly", "at_risk", "variance")

Cells = Iterable[Mapping[str, Any]]
Figures = dict[str, Any]


def figures(cells: Cells) -> Figures:
    """Add cells up: customers and money."""
    kept = list(cells)
    sums = {name: sum(cell[name] or 0 for cell in kept) for name in ADDED}
    return {
        "customers": sums["customers"],
        "at_risk": sums["flagged"],
        "offers": sums["offers"],
        "expected_leavers": sums["expected_leavers"],
        "mean_probability": sums["expected_leavers"] / sums["customers"] if sums["customers"] else 0.0,
        "monthly_revenue": sums["monthly"],
        "revenue_at_risk": asdict(total(sums["at_risk"], sums["variance"])),
    }


def by_tier(cells: Cells, tiers: Mapping[str, float]) -> list[Figures]:
    """Add up each risk tier, the riskiest first; a tier that no model of today names comes last."""
    found = _sorted(cells, "tier")
    order = sorted(found, key=lambda tier: (-tiers.get(str(tier), -1.0), str(tier)))
    return [{"tier": tier} | figures(found[tier]) for tier in order]


def by_segment(cells: Cells, prefix: str) -> dict[str, list[Figures]]:
    """Add up each group of each segment of the contract."""
    kept, told = list(cells), {}
    for segment in contract.SEGMENTS:
        found = _sorted(kept, prefix + segment.column)
        order = sorted(found, key=lambda group: _place(group, bool(segment.edges)))
        told[segment.column] = [{"group": group} | figures(found[group]) for group in order]
    return told


def distribution(cells: Cells, bins: int) -> list[Figures]:
    """Count customers by their probability, empty bars included."""
    found = _sorted(cells, "bin")
    return [
        {"low": bar / bins, "high": (bar + 1) / bins, "customers": sum(one["customers"] for one in found.get(bar, []))}
        for bar in range(bins)
    ]


def freshness(cells: Cells) -> Figures:
    """Tell the oldest and the newest score, and how many customers each version scored."""
    kept = list(cells)
    by_version: dict[int, int] = defaultdict(int)
    for cell in kept:
        by_version[cell["model_version"]] += cell["customers"]
    oldest = min((cell["oldest"] for cell in kept), default=None)
    newest = max((cell["newest"] for cell in kept), default=None)
    return {"oldest": oldest, "newest": newest, "by_version": dict(sorted(by_version.items()))}


def movement(now: Figures, then: Mapping[str, Any] | None) -> Figures:
    """Give the sums of a day gone by, and today's less those."""
    if then is None:
        return {"words": "not known: nobody had been scored by then"}
    before = figures([then])
    moved = {name: now[name] - before[name] for name in ("customers", "at_risk", "mean_probability", "monthly_revenue")}
    at_risk = now["revenue_at_risk"]["value"] - before["revenue_at_risk"]["value"]
    words = f"{before['customers']:,} customers had been scored by then"
    return {"words": words, "then": before, "revenue_at_risk": at_risk} | moved


def _sorted(cells: Cells, key: str) -> dict[Any, list[Mapping[str, Any]]]:
    found: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for cell in cells:
        found[cell[key]].append(cell)
    return found


def _place(group: Any, band: bool) -> tuple[bool, float, str]:
    """Put bands in the order of their numbers, other groups by name, those without one last."""
    return group is None, float(group.partition(" ")[0]) if band and group else 0.0, str(group)
