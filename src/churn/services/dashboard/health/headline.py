"""Four figures that say whether to look further."""

from collections.abc import Callable

from churn.errors import ServiceDown, ServiceError
from churn.services.dashboard import look, source, tiles
from churn.services.dashboard.health.chosen import Chosen
from churn.services.dashboard.health.performance import told_of

Told = tuple[str, str]
"""A figure, and what stands below it."""
MEANS = {
    "moved": "customers are not those it learnt from",
    "watch": "something begins to move",
    "stable": "customers are as in training",
    "unknown": "cannot be judged, which is not the same as none",
}


def show(asked: Chosen) -> None:
    """Show who is champion, how right it was, whether customers moved, and what alerts are open."""
    tiles.show([tiles.Tile(title, *_guarded(figure, asked)) for title, figure in FIGURES.items()], "health")


def _guarded(figure: Callable[[Chosen], Told], asked: Chosen) -> Told:
    """Give a figure, or say in its place that it is not known; a service that is away is the whole page's matter."""
    try:
        return figure(asked)
    except ServiceDown:
        raise
    except ServiceError as fault:
        return look.UNKNOWN, look.shown(fault)


def _champion(_asked: Chosen) -> Told:
    told = source.read("model_info")
    promoted = told.promoted or {}
    since = f"since {look.day(promoted['when'])}, by {promoted.get('who')}" if promoted.get("when") else told.family
    return f"version {told.version}", look.shown(since)


def _right(asked: Chosen) -> Told:
    told = told_of(asked)
    area = told.roc_auc
    if area is None:
        return "not measured yet", f"{look.count(told.labelled)} outcomes known in this period"
    below = f"{area.low:.3f} to {area.high:.3f}, on {look.count(told.labelled)} known outcomes"
    return f"{area.value:.3f}", below


def _drift(asked: Chosen) -> Told:
    state = source.read("drift", days=asked.days).state
    return state, MEANS[state]


def _alerts(asked: Chosen) -> Told:
    told = source.read("alerts", days=asked.days, limit=1)
    grave = source.read("alerts", days=0, severity=("high", "critical"), limit=1)
    return look.count(told.open), f"{look.count(grave.open)} of them high or critical"


FIGURES: dict[str, Callable[[Chosen], Told]] = {
    "Answers now": _champion, "Ranking (ROC AUC)": _right, "Drift": _drift, "Open alerts": _alerts,
}  # fmt: skip
