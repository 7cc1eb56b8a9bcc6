"""The page for people; every figure on it stands in eda.json."""

from typing import Any

from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Note, Page, Points, Section, Text
from churn.page.inline import Code, Mark
from churn.steps.explore import columns_told, together

Told = dict[str, Any]

LEAD = (
    "The customers that the model learns from, counted column by column: who left, what goes with it, what is odd, "
    "and what no analysis of this table can tell."
)
ROWS = (
    "These are the training rows only. The test rows decide whether the model is any good, so nobody looks at them "
    "before that, this page included."
)
METHODS = (
    "Every figure counts every row; nothing is sampled, except that identities are looked for on evenly spread rows.",
    "Intervals are 95%: Wilson's for churn rates. They say how far chance alone may carry a rate, not more.",
    "A number is cut at its nine deciles; equal numbers stay together, so there may be fewer than ten groups.",
    "What a column says is its mutual information with the outcome, less what chance alone would give (Miller 1955).",
    "It is told as a share of the outcome's entropy: 0% says nothing, 100% all. Related columns do not add up.",
    "Whether a column says anything at all is the G-test at 5% over all columns together (Bonferroni).",
    "Numbers are compared by Spearman's rank correlation; others by Cramer's V without its bias (Bergsma 2013).",
    "Outliers lie beyond Tukey's fences, one and a half interquartile ranges outside the quartiles: far, not wrong.",
)


def page(told: Told) -> Page:
    """Lay out what was counted."""
    return Page(
        title="What the data say",
        lead=LEAD,
        sections=(
            Section("At a glance", _glance(told)),
            Section("What goes with churn", columns_told.ranking(told)),
            Section("Numbers", columns_told.measured(told)),
            Section("Categories", columns_told.categories(told)),
            Section("What goes together", together.pairs(told)),
            Section("What is odd", together.oddities(told)),
            Section("What the data cannot say", _limits(told)),
            Section("How it was counted", (Points(*METHODS),)),
        ),
        facts=(("Rows (sha256)", told["data"]), ("Contract (sha256)", told["contract"])),
    )


def _glance(told: Told) -> list[Block]:
    rate, twice = told["churn_rate"], told["twice"]
    missing = sum(column["missing"] for column in told["columns"])
    value, within, reason = numbers.parts(rate, numbers.share)
    cards = (
        Card("Customers", numbers.count(told["rows"]), f"{len(told['columns'])} columns"),
        Card("Left", value, within or reason, "plain" if within else "unknown"),
        Card("Empty cells", numbers.count(missing), "", "warn" if missing else "good"),
        Card("Rows with both outcomes", numbers.count(twice["rows"]), "same features, other end"),
        Card("Ceiling of accuracy", numbers.share(twice["ceiling"]), "knowing every label of these rows"),
    )
    return [Cards(cards), Text(ROWS), *map(_note, _warnings(told))]


def _warnings(told: Told) -> list[str]:
    unknown, rows = told["rows"] - told["known"], told["rows"]
    alike = told["churned"] in {0, told["known"]}
    words = {
        "There is not a single row: nothing below is known.": not rows,
        f"Of {numbers.count(unknown)} rows {told['target']} is not known; churn rates leave them out.": unknown > 0,
        "All customers have the same outcome: what goes with churn cannot be told.": told["known"] > 0 and alike,
        f"The table lacks columns of the contract: {', '.join(told['absent'])}.": bool(told["absent"]),
    }
    return [sentence for sentence, true in words.items() if true]


def _note(words: str) -> Note:
    return Note(words, "warn")


def _limits(told: Told) -> list[Block]:
    points = [Text(Mark(one["title"]), " ", one["words"]) for one in told["limits"]]
    return [Points(*points), Text("The same, for programs: ", Code("eda.json"), ".")]
