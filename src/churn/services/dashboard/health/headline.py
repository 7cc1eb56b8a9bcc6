"""Four figures that say whether to look further."""

from collections.abc import Callable

from churn.errors import ServiceDown, ServiceError
from churn.services.dashboard import look, source, tiles
from churn.services.dashboard.health.chosen import Chosen
from churn.services.dashboard.health.performance import told_of

Figure = tuple[str, str, str]
DRIFT = {"moved": "moved", "watch": "watch", "stable": "stable", "unknown": "unknown"}
MEANS = {
    "moved": "customers are not those it learnt from",
    "watch": "something begins to move",
    "stable": "customers are as in training",
    "unknown": "cannot be judged, which is not the same as none",
}


def show(asked: Chosen) -> None:
    """Show who is champion, how right it was, whether customers moved, and what alerts are open."""
    figures = (_champion, _right, _drift, _alerts)
    tiles.show([tiles.Tile(*_guarded(figure, asked)) for figure in figures], "health")


def _guarded(figure: Callable[[Chosen], Figure], asked: Chosen) -> Figure:
    """Give a figure, or say in its place that it is not known; a service that is away is the whole page's matter."""
    try:
        return figure(asked)
    except ServiceDown:
        raise
    except ServiceError as fault:
        return figure.__name__.strip("_").capitalize(), look.UNKNOWN, look.shown(fault)


def _champion(_asked: Chosen) -> Figure:
    told = source.read("model_info")
    promoted = told.promoted or {}
    since = f"since {look.day(promoted['when'])}, by {promoted.get('who')}" if promoted.get("when") else told.family
    return "Answers now", f"version {told.version}", look.shown(since)


def _right(asked: Chosen) -> Figure:
    told = told_of(asked)
    area = told.roc_auc
    if area is None:
        return "Ranking (ROC AUC)", "not measured yet", f"{look.count(told.labelled)} outcomes known in this period"
    below = f"{area.low:.3f} to {area.high:.3f}, on {look.count(told.labelled)} known outcomes"
    return "Ranking (ROC AUC)", f"{area.value:.3f}", below


def _drift(asked: Chosen) -> Figure:
    state = source.read("drift", days=asked.days).state
    return "Drift", DRIFT[state], MEANS[state]


def _alerts(asked: Chosen) -> Figure:
    told = source.read("alerts", days=asked.days, limit=1)
    grave = source.read("alerts", days=0, severity=("high", "critical"), limit=1)
    return "Open alerts", look.count(told.open), f"{look.count(grave.open)} of them high or critical"
