"""Pairs of columns on the page, what they repeat of each other, and what is odd about the rows."""

from typing import Any

from churn.page import numbers
from churn.page.blocks import Block, Points, Table, Text
from churn.page.inline import Inline, Mark
from churn.steps.explore import figures

Told = dict[str, Any]
STRONGEST = 5


def pairs(told: Told) -> list[Block]:
    """Show correlations of numbers and of the others, and the identities behind the strongest."""
    titles = {column["name"]: column["title"] for column in told["columns"]}
    return [
        *_matrix("Numbers: Spearman's rank correlation", told["spearman"], titles),
        *_matrix("Other columns: Cramer's V", told["cramers_v"], titles),
        Text("What the columns repeat of each other:"),
        Points(*(_identities(told, titles) or ["Nothing was found that one column tells exactly of another."])),
    ]


def oddities(told: Told) -> list[Block]:
    """Show missing cells, blanks, outliers, broken rules and repeated rows."""
    return [
        Table(
            ("Column", "Empty", "Outside the contract", "Different values", "Outliers below", "Outliers above"),
            [_faults(column) for column in told["columns"]],
            "lrrrrr",
            "Cells, by column; outliers are counted for numbers alone",
        ),
        Points(*_twice(told["twice"]), *map(_blank, told["blanks"]), *map(_rule, told["rules"])),
    ]


def _matrix(title: str, found: list[Told], titles: dict[str, str]) -> list[Block]:
    known = sorted((one for one in found if one["value"] is not None), key=lambda one: -abs(one["value"]))
    if not known:
        return [Text(f"{title}: unknown, there are no two columns that vary.")]
    named = ((titles[one["pair"][0]], titles[one["pair"][1]], one["value"]) for one in known[:STRONGEST])
    words = "; ".join(f"{a} with {b} {numbers.decimal(value, 2)}" for a, b, value in named)
    return [figures.heatmap(title, f"Strongest: {words}.", found, titles)]


def _identities(told: Told, titles: dict[str, str]) -> list[str]:
    said = []
    for one in told["identities"]["numbers"]:
        times = "" if round(one["times"], 3) == 1 else f"{numbers.plain(one['times'])} \N{MULTIPLICATION SIGN} "
        product = times + " \N{MULTIPLICATION SIGN} ".join(titles[name] for name in one["factors"])
        said.append(
            f"{titles[one['column']]} is {product}: half of "
            f"{numbers.count(one['rows'])} rows lie within {numbers.share(one['median_error'])} of it, "
            f"{numbers.share(one['within'])} within {numbers.share(one['near'], 0)}."
        )
    for one in told["identities"]["values"]:
        named = " = ".join(f"{titles[name]}: {value}" for name, value in one["values"])
        said.append(f"The same {numbers.count(one['rows'])} customers: {named}.")
    return said


def _faults(column: Told) -> list[Inline]:
    wrong: list[Inline] = [column["title"]]
    wrong += [Mark(numbers.count(many), "bad") if many else "0" for many in (column["missing"], column["outside"])]
    far = column.get("outliers", {})
    ends = [numbers.count(far[side]) if side in far else "" for side in ("below", "above")]
    return [*wrong, numbers.count(column["distinct"]), *ends]


def _twice(told: Told) -> list[str]:
    if told["ceiling"] is None:
        return ["Repeated rows: unknown, no row has features and a known outcome."]
    repeated, vectors, rows = (numbers.count(told[name]) for name in ("repeated", "vectors", "rows"))
    alike = (
        f"{repeated} rows repeat the features and the outcome of another. Without the id they may well be two "
        "customers, so they stay."
    )
    torn = (
        f"{vectors} feature vectors occur with both outcomes, on {rows} rows: no accuracy above "
        f"{numbers.share(told['ceiling'], 2)} can be had on these rows."
    )
    return [alike, torn]


def _blank(one: Told) -> str:
    where = f"{one['where']} is {numbers.plain(one['equals'])}"
    return (
        f"{numbers.count(one['rows'])} customers whose {where}: a blank {one['column']} stands for "
        f"{numbers.plain(one['value'])} there. Churn rate: {numbers.measured(one['churn_rate'], numbers.share)}."
    )


def _rule(one: Told) -> str:
    broken = "cannot be asked of these rows" if one["rows"] is None else f"{numbers.count(one['rows'])} rows break it"
    return f"Rule {one['rule']!r} ({one['why']}): {broken}."
