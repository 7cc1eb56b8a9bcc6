"""Every column on the page: what it says of churn, how it is spread, who leaves."""

from typing import Any

from churn.page import numbers
from churn.page.blocks import Block, Figure, Folded, Grid, Note, Table, Text
from churn.page.inline import Bar, Inline, Mark, Value
from churn.steps.explore import figures
from churn.steps.explore.limits import extremes

Told = dict[str, Any]


def ranking(told: Told) -> list[Block]:
    """Rank the columns by what they say of the outcome."""
    ranked = sorted(told["columns"], key=lambda column: -(column["information"]["share"] or 0))
    top = max((column["information"]["share"] or 0 for column in ranked), default=0)
    table = Table(
        ("Column", "Says of the outcome", "Lowest churn rate", "Highest churn rate"),
        [_ranked(column, top) for column in ranked],
        "lrll",
        "The columns, each taken alone, by the share of the outcome's entropy that they explain",
    )
    silent = [column["title"] for column in ranked if column["information"]["told"] is False]
    words = f"Not told from chance: {', '.join(silent)}." if silent else ""
    return [table, *([Text(words)] if words else [])]


def measured(told: Told) -> list[Block]:
    """Show how each number is spread, and who leaves by its tenths."""
    known = [column for column in told["columns"] if column["kind"] == "number"]
    if not known:
        return [Text("The contract has no numbers.")]
    shown = [figure for column in known for figure in _drawn(column, told)]
    empty = [Note(f"{column['title']}: no row holds a number.", "unknown") for column in known if not _filled(column)]
    return [
        *([Grid(shown)] if shown else []),
        *empty,
        _spread(known),
        Folded("Every tenth in figures", [_values(known)]),
    ]


def categories(told: Told) -> list[Block]:
    """Show who leaves by the values of every other column."""
    known = [column for column in told["columns"] if column["kind"] != "number"]
    if not known:
        return [Text("The contract has no categories.")]
    overall = told["churn_rate"]["value"]
    words = "Dots are churn rates, bars their 95% intervals, the dashed line the rate of all; at the right, customers."
    shown = [figures.rates(column, overall, _words(column)) for column in known if told["rows"]]
    return [Text(words), *([Grid(shown)] if shown else []), Folded("Every value in figures", [_values(known)])]


def _ranked(column: Told, top: float) -> list[Inline]:
    about, pair = column["information"], extremes(column)
    share = about["share"]
    says: Inline = Mark(f"unknown: {about.get('reason')}", "unknown")
    if share is not None:
        says = Bar(numbers.share(share), share / top if top else 0.0)
    return [column["title"], says, *(_group(one) for one in pair or (None, None))]


def _group(one: Told | None) -> Inline:
    return Value(numbers.share(one["churn_rate"]["value"]), one["value"]) if one else numbers.UNKNOWN


def _filled(column: Told) -> bool:
    return bool(column["histogram"]["edges"])


def _drawn(column: Told, told: Told) -> list[Figure]:
    if not _filled(column):
        return []
    about = column["spread"]
    lower, middle, upper = (numbers.plain(about[name]) for name in ("lower_quartile", "median", "upper_quartile"))
    words = f"Half of the customers lie between {lower} and {upper}, the middle is {middle}."
    by_tenth = figures.rates(column, told["churn_rate"]["value"], _words(column))
    return [figures.histogram(column, words), by_tenth]


def _words(column: Told) -> str:
    pair = extremes(column)
    if pair is None:
        return "No two groups to compare."
    low, high = (f"{one['value']}, {numbers.measured(one['churn_rate'], numbers.share)}" for one in pair)
    return f"Left most: {high}; least: {low}."


def _spread(known: list[Told]) -> Table:
    there, derived = ("min", "lower_quartile", "median", "upper_quartile", "max"), ("mean", "sd", "skewness")
    head = ("Column", "Least", "Quartile", "Median", "Quartile", "Most", "Mean", "Standard deviation", "Skewness")
    rows = [
        [column["title"], *(numbers.plain(column["spread"][name]) for name in there)]
        + [numbers.decimal(column["spread"][name], 2) for name in derived]
        for column in known
    ]
    return Table(head, rows, "l" + "r" * len(head[1:]), "The numbers")


def _values(known: list[Told]) -> Table:
    head = ("Column", "Value", "Customers", "Share", "Churn rate", "95% interval")
    rows = [_value(column["title"], one) for column in known for one in column["groups"]]
    return Table(head, rows, "llrrrr")


def _value(title: str, one: Told) -> list[Inline]:
    rate = one["churn_rate"]
    shown = Bar(numbers.share(rate["value"]), rate["value"])
    within = numbers.interval(rate["low"], rate["high"], numbers.share)
    return [title, one["value"], numbers.count(one["rows"]), numbers.share(one["share"]), shown, within]
