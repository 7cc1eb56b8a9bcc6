"""The tables and the drawing of the card."""

import json
from typing import Any

from churn.page import numbers
from churn.page.blocks import Block, Folded, Table, Text
from churn.page.inline import Code, Inline, Mark, Value
from churn.page.metrics import METRICS
from churn.page.numbers import Spell
from churn.steps.card.sources import Told, pairs

MEANINGS = {
    "roc_auc": "chance that a leaver is ranked above a stayer; 0.5 is a coin",
    "pr_auc": "precision over all recalls; the churn rate is a coin",
    "top_decile_lift": "how many times more leavers than at random",
    "log_loss": "surprise at what happened; less is better",
    "brier": "squared distance of probability and outcome; less is better",
    "calibration_slope": "1 is faultless; below, too sure",
    "calibration_intercept": "0 is faultless; above, too few foreseen",
    "calibration_error": "mean distance of probability and churn rate",
    "accuracy_at_half": "right answers; who says nobody leaves has many too",
    "accuracy_at_threshold": "the same, where offers begin",
    "precision_at_threshold": "leavers among the flagged",
    "recall_at_threshold": "flagged among the leavers",
    "f1_at_threshold": "harmonic mean of the two",
    "profit_per_1000_offer_rule": "offer where it is worth it",
    "profit_per_1000_at_threshold": "offer above it",
    "profit_per_1000_at_half": "offer above 0.5",
    "profit_per_1000_treat_all": "no model at all",
}
"""What each metric tells, in a few words."""
CAMPAIGN = {
    "months": "months that a kept customer stays",
    "margin": "share of the bill that is earned",
    "offer": "cost of an offer that is taken",
    "contact": "cost of asking",
    "acceptance": "share of leavers who take the offer and stay",
    "holdout": "share held out of the calls by chance, to measure their effect",
}


def metrics(told: Told) -> Table:
    """List the metrics with their intervals and what they mean."""
    rows: list[list[Inline]] = []
    for name, metric in told.items():
        title, spell = METRICS[name]
        value, within, reason = numbers.parts(metric, spell)
        rows.append([Value(title, MEANINGS[name]), value, within or reason])
    return Table(("Metric", "Value", "95% interval"), rows, "lrr", "On customers that training never saw")


def decision(told: Told) -> list[Block]:
    """Show where offers begin, the tiers, and what the money rests on."""
    campaign, tiers = pairs(told["campaign"]), pairs(told["tiers"])
    assumed = [[CAMPAIGN.get(name, name), numbers.plain(value)] for name, value in campaign.items()]
    bounds = [[name, f"from {numbers.plain(low)}"] for name, low in tiers.items()]
    within = f"An outcome is known {numbers.count(told['horizon_days'])} days after the prediction."
    return [
        Text(
            f"Flagged above a probability of {numbers.decimal(told['threshold'])}, where the training rows earned "
            f"most. {within}"
        ),
        Table(("Tier", "Probability"), bounds, "ll"),
        Table(("Assumed", "Value"), assumed, "lr", "What the profits rest on; none of it was measured"),
    ]


def family(details: Told) -> Table:
    """Show what kind of model it is."""
    named = {"Family": details["family"], **details["params"]}
    return Table(("Setting", "Value"), [[name, _value(value)] for name, value in named.items()], "ll")


def candidates(details: Told) -> Block:
    """Show who competed."""
    rows = [_candidate(one) for one in details["candidates"]]
    if not rows:
        return Text("Who competed is unknown.")
    head = ("Candidate", "Log loss", "ROC-AUC", "Behind the best", "Outcome")
    caption = "Cross-validated on the training rows; behind the best: difference in log loss, with its standard error"
    return Table(head, rows, "lrrrl", caption)


def features(factors: Told) -> Block:
    """List the columns that the model reads."""
    rows: list[list[Inline]] = [[one["title"], Code(one["name"]), one["description"]] for one in factors["features"]]
    return Folded(f"{len(rows)} columns", [Table(("Column", "In the table", "Meaning"), rows)])


def checks(validation: Told) -> Block:
    """Say how the data was checked."""
    passed, failed = validation["passed"], validation["failed"]
    if passed is None:
        return Text("Validation: ", Mark("unknown", "unknown"), ".")
    verdict = Mark("passed", "good") if passed else Mark(f"failed: {', '.join(failed) or 'no check is named'}", "bad")
    return Text(f"Validation, {numbers.count(validation['checks'])} checks: ", verdict, ".")


def arrivals(told: list[Told]) -> Block:
    """List where the rows came from."""
    names = ("arrived", "accepted", "duplicates", "quarantined")
    rows: list[list[Inline]] = [
        [Code(str(one.get("source"))), *(numbers.count(one.get(name)) for name in names)] for one in told
    ]
    return Table(("Source", *map(str.capitalize, names)), rows, "lrrrr")


def groups(told: Told) -> list[Block]:
    """Show how well the model does for each group of the contract's segments."""
    found = told["quantitative_analyses"]
    if not found:
        return [
            Text("By group: ", Mark("unknown", "unknown"), f" ({told['evaluation_data']['reason'] or 'not told'}).")
        ]
    titles = {one["name"]: one["title"] for one in told["factors"]["segments"]}
    head = ("Group", "Customers", "Left", "Foreseen", "ROC-AUC", "Log loss", "Recall", "Precision")
    rows = [_group(one, titles) for one in found]
    caption = "Foreseen: the mean probability. Recall and precision at the threshold. In small: 95% intervals"
    return [Table(head, rows, "lrrrrrrr", caption)]


def _group(one: Told, titles: dict[str, str]) -> list[Inline]:
    shares = ("recall_at_threshold", "precision_at_threshold")
    return [
        f"{titles.get(one['segment'], one['segment'])}: {one['group']}",
        numbers.count(one["rows"]),
        numbers.share(one["churn_rate"]),
        numbers.share(one["mean_probability"]),
        *(_within(one[name], numbers.decimal) for name in ("roc_auc", "log_loss")),
        *(_within(one[name], numbers.share) for name in shares),
    ]


def _within(metric: Told, spell: Spell) -> Value:
    value, within, reason = numbers.parts(metric, spell)
    return Value(value, within or reason)


def _candidate(one: Told) -> list[Inline]:
    outcome: Inline = Mark("chosen", "good") if one["chosen"] is True else str(one["out"] or "")
    behind = Value(
        numbers.decimal(one["difference"], 4), f"\N{PLUS-MINUS SIGN} {numbers.decimal(one['difference_se'], 4)}"
    )
    settings = ", ".join(f"{name} {_value(value)}" for name, value in pairs(one["params"]).items())
    measured = [numbers.decimal(one[name], 4) for name in ("log_loss", "roc_auc")]
    return [Value(str(one["family"]), settings), *measured, behind, outcome]


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
