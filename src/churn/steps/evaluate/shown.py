"""The tables of the evaluation's page."""

from typing import Any

from churn.page import numbers
from churn.page.blocks import Block, Folded, Table, Text
from churn.page.inline import Bar, Inline, Mark, Value
from churn.page.metrics import METRICS
from churn.page.numbers import Spell

Told = dict[str, Any]

MEASURES: dict[str, tuple[str, Spell]] = {
    "churn_rate": ("Left", numbers.share),
    "selection_rate": ("Flagged", numbers.share),
    "recall": ("Recall", numbers.share),
    "false_positive_rate": ("False alarms", numbers.share),
    "precision": ("Precision", numbers.share),
}
"""What is compared between groups, beside the calibration gap."""


def points(value: numbers.Number) -> str:
    """Spell a difference of shares with its sign, in points of a hundred: +1.9."""
    sign = "+" if numbers.known(value) and value is not None and value > 0 else ""
    return f"{sign}{numbers.decimal(value * 100, 1)}" if value is not None else numbers.UNKNOWN


def metrics(told: Told) -> Table:
    """List the metrics with their intervals."""
    rows: list[list[Inline]] = []
    for name, (title, spell) in METRICS.items():
        value, within, reason = numbers.parts(told.get(name), spell)
        rows.append([title, value, within or reason])
    return Table(("Metric", "Value", "95% interval"), rows, "lrr", "On customers that training never saw")


def confusion(counts: list[list[int]]) -> Table:
    """Count who was flagged, by what happened."""
    rows: list[list[Inline]] = []
    for name, (calm, flagged) in zip(("Stayed", "Left"), counts, strict=True):
        every = max(calm + flagged, 1)
        cells = [Bar(f"{numbers.count(n)} ({numbers.share(n / every, 0)})", n / every) for n in (calm, flagged)]
        rows.append([name, *cells, numbers.count(calm + flagged)])
    return Table(("What happened", "Not flagged", "Flagged", "All"), rows, "lrrr", "Shares are of the row")


def groups(told: list[Told], titles: dict[str, str]) -> Table:
    """Show how well the model does for each group."""
    shown: dict[str, tuple[str, Spell]] = {
        "churn_rate": ("Left", numbers.share),
        "calibration_gap": ("Less foreseen", points),
        "roc_auc": ("ROC-AUC", numbers.decimal),
        "profit_per_1000": ("Profit per 1,000", numbers.amount),
    }
    caption = "In small: 95% intervals. Less foreseen: the share that left less the mean probability, in points"
    return _rates(told, titles, shown, caption)


def rates(told: list[Told], titles: dict[str, str]) -> Table:
    """Show who is flagged in each group."""
    caption = "Rates at the threshold. Recall: flagged of those who left. False alarms: flagged of those who stayed"
    return _rates(told, titles, MEASURES, caption)


def fairness(told: list[Told], titles: dict[str, str]) -> list[Block]:
    """Show the difference of each rate between a group and the largest group of its column, the ratios folded."""
    gap = {"calibration_gap": "Less foreseen"}
    names = {name: title for name, (title, _) in MEASURES.items()}
    apart = _compared(told, titles, "difference", gap | names, points, "Differences, in points")
    ratios = _compared(told, titles, "ratio", names, numbers.decimal, "Ratios; 1 is no difference")
    return [apart, Folded("The same as ratios", [ratios])]


def importance(told: list[Told]) -> Table:
    """Rank the columns by what goes wrong when they are shuffled."""
    most = max((one["importance"]["value"] or 0 for one in told), default=0) or 1
    rows: list[list[Inline]] = []
    for one in told:
        value, within, reason = numbers.parts(one["importance"], _fine)
        share = max(one["importance"]["value"] or 0, 0) / most
        rows.append(
            [one["title"], Bar(value, share), within or reason, points(one["reach"]).removeprefix("+"), _odds(one)]
        )
    head = ("Column", "Log loss rises by", "95% interval", "Moves the mean by", "Odds, smallest to largest")
    return Table(
        head, rows, "lrrrr", "The mean probability in points of a hundred, from the lowest to the highest value"
    )


def odds(one: Told) -> Block:
    """List what each value of a column does."""
    rows: list[list[Inline]] = [
        [_value(point["value"]), numbers.share(point["probability"]), _times(point["odds"])] for point in one["points"]
    ]
    return Folded(one["title"], [Table(("If all customers had", "Mean probability", "Odds"), rows, "lrr")])


def prices(told: list[Told]) -> Table:
    """Show what each rule earns at each price of the offer."""
    head = (
        "Offer",
        "By customer",
        "asks",
        "One threshold",
        "asks",
        "is at",
        "Offer to all",
        "By customer earns more by",
    )
    rows = [
        [
            f"{one['offer']:g}{' (assumed now)' if one['own'] else ''}",
            _within(one["profit_per_1000"]["offer_rule"], numbers.amount),
            numbers.share(one["share_offered"]["offer_rule"], 0),
            _within(one["profit_per_1000"]["at_threshold"], numbers.amount),
            numbers.share(one["share_offered"]["at_threshold"], 0),
            numbers.decimal(one["threshold"], 2),
            _within(one["profit_per_1000"]["treat_all"], numbers.amount),
            _within(one["gain"], numbers.amount),
        ]
        for one in told
    ]
    return Table(head, rows, "lrrrrrrr", "Profit per 1,000 customers; offering to nobody earns 0")


def _rates(told: list[Told], titles: dict[str, str], shown: dict[str, tuple[str, Spell]], caption: str) -> Table:
    rows: list[list[Inline]] = [
        [
            f"{titles[one['segment']]}: {one['group']}",
            numbers.count(one["rows"]),
            *(_within(one[name], spell) for name, (_, spell) in shown.items()),
        ]
        for one in told
    ]
    head = ("Group", "Customers", *(title for title, _ in shown.values()))
    return Table(head, rows, "lr" + "r" * len(shown), caption)


def _compared(
    told: list[Told], titles: dict[str, str], kind: str, names: dict[str, str], spell: Spell, caption: str
) -> Table:
    rows: list[list[Inline]] = [
        [
            f"{titles[one['segment']]}: {one['group']} against {one['reference']}",
            *(_within(one["measures"][name][kind], spell) for name in names),
        ]
        for one in told
    ]
    return Table(("Groups", *names.values()), rows, "l" + "r" * len(names), caption)


def _odds(one: Told) -> str:
    known = [point["odds"] for point in one["points"] if point["odds"] is not None]
    return f"{_times(min(known))} to {_times(max(known))}" if known else ""


def _times(odds: float | None) -> str:
    return f"\N{MULTIPLICATION SIGN}{numbers.decimal(odds, 2)}" if odds is not None else ""


def _fine(value: numbers.Number) -> str:
    return numbers.decimal(value, 4).replace("\N{MINUS SIGN}0.0000", "0.0000")


def _value(value: Any) -> str:
    return value if isinstance(value, str) else numbers.plain(value)


def _within(metric: Told | None, spell: Spell) -> Inline:
    if metric is None:
        return Mark(numbers.UNKNOWN, "unknown")
    value, within, reason = numbers.parts(metric, spell)
    return Value(value, within or reason)


def unknown(what: str, reason: str) -> Text:
    """Say in place of a part why it cannot be told."""
    return Text(f"{what}: ", Mark("unknown", "unknown"), f" ({reason}).")
