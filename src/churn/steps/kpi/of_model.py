"""The promises about the model and its money, and about the accuracy that cannot be had."""

from typing import Any

from churn.page import numbers
from churn.page.metrics import METRICS
from churn.page.numbers import Spell
from churn.params.kpi import Bound, Kpi
from churn.steps.kpi.promise import Promise, judged
from churn.steps.kpi.sources import Sources, lines

COMMAND = "dvc repro evaluate"
NAMED: dict[str, tuple[str, Spell]] = METRICS | {
    "profit_per_1000_offer_rule": ("Profit per 1,000 more than offering to nobody", numbers.amount),
    "profit_gain_offer_rule_over_treat_all": ("Profit per 1,000 more than offering to everybody", numbers.amount),
}
LUCKY = "Lucky splits"


def promises(sources: Sources, knobs: Kpi) -> list[Promise]:
    """Hold the metrics of this model against what was promised, the accuracy that was asked for last."""
    found = [
        judged("Model", *_named(name, bound), sources.metric(name), _spell(name), COMMAND)
        for name, bound in knobs.metrics.items()
    ]
    asked = Bound(at_least=knobs.accuracy)
    accuracy = sources.metric("accuracy_at_half")
    return [*found, judged("Model", "Accuracy at 0.5", asked, accuracy, numbers.share, COMMAND)]


def accuracy(sources: Sources, knobs: Kpi) -> dict[str, Any]:
    """Collect what is to be known of the accuracy that was asked for."""
    return {
        "asked": knobs.accuracy,
        "at_half": sources.metric("accuracy_at_half"),
        "expected_at_most": sources.accuracy("expected_at_most"),
        "calibration_slope": sources.metric("calibration_slope"),
        "nobody_leaves": sources.accuracy("nobody_leaves"),
        "lucky_splits": _lucky(sources.simulations),
    }


def _named(name: str, bound: Bound) -> tuple[str, Bound]:
    return NAMED.get(name, (name, numbers.plain))[0], bound


def _spell(name: str) -> Spell:
    return NAMED.get(name, (name, numbers.plain))[1]


def _lucky(simulations: Any) -> dict[str, Any] | None:
    """Find the table of lucky splits in what `make simulate` left."""
    for table in lines(simulations, "intervals", "tables"):
        head, rows = table.get("columns"), table.get("rows")
        if str(table.get("title")).startswith(LUCKY) and isinstance(head, list) and isinstance(rows, list):
            found = [dict(zip(map(str, head), map(str, row), strict=False)) for row in rows if isinstance(row, list)]
            return {name: str(table.get(name, "")) for name in ("title", "shows", "command")} | {"rows": found}
    return None
