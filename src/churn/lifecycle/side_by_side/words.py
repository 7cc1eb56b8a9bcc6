"""Two versions side by side, in words and plain numbers."""

from collections.abc import Mapping
from typing import Any

from churn.lifecycle.side_by_side.compare import SideBySide
from churn.lifecycle.side_by_side.measured import Measured
from churn.page import numbers
from churn.steps.evaluate.intervals import Interval

MONEY = "profit"
WIDE, CELL = 30, 34
SHORT = 12
BETTER_LOW = ("log_loss", "brier", "calibration_error")
NEUTRAL = ("calibration_slope", "calibration_intercept")
FACTS = {
    "family": "family", "created": "created", "aliases": "aliases", "gate": "gate", "model": "model",
    "data": "training data", "test_table": "measured on", "retired": "retired",
}  # fmt: skip


def tell(found: SideBySide) -> str:
    """Say facts, what was logged, and what was measured or why it was not."""
    names = [f"version {number}" for number in found.numbers]
    facts = [_row(words, *(spell_fact(name, one[name]) for one in found.facts)) for name, words in FACTS.items()]
    return "\n".join(
        [
            _row("", *names),
            *facts,
            "",
            "logged with each (test rows of its own training)",
            *(_row(name, *(spell(name, one)[0] for one in pair)) for name, pair in logged(found).items()),
            "",
            *_measured(found),
        ]
    )


def logged(found: SideBySide) -> dict[str, tuple[Interval, Interval]]:
    """Pair what was logged with either, by name."""
    missing = Interval(None, reason="not logged")
    names = dict.fromkeys([*found.logged[0], *found.logged[1]])
    return {name: (found.logged[0].get(name, missing), found.logged[1].get(name, missing)) for name in names}


def spell(name: str, one: Interval) -> tuple[str, str]:
    """Spell a figure in one line, and its interval or what is missing alone."""
    spelt = numbers.amount if MONEY in name else numbers.decimal
    within = numbers.interval(one.low, one.high, spelt)
    beside = within or one.reason
    return f"{spelt(one.value)} ({beside})" if beside else spelt(one.value), beside


def spell_fact(name: str, value: Any) -> str:
    """Spell what is known of a version; what is not recorded is unknown."""
    if name == "retired":
        return str(value["words"]) if value else "no"
    if name == "aliases":
        return " ".join(f"@{one}" for one in value) or "none"
    if name in {"model", "data", "test_table"}:
        return numbers.digest(value)
    return str(value) if value else numbers.UNKNOWN


def table_words(found: SideBySide) -> list[str]:
    """Say which table the rows are of, and whether each version's figures were measured on it."""
    told: Mapping[str, Any] = found.table
    if told["digest"] is None:
        return [f"rows of {told['path']}: unknown"]
    meant = {True: "were measured on this very table", False: "were measured on another table"}
    head = f"{told['path']}: {told['rows']:,} rows, sha256 {numbers.digest(told['digest'])}"
    return [head] + [
        f"the logged figures of version {number} {meant.get(same, 'do not tell which table they were measured on')}"
        for number, same in zip(found.numbers, told["measured_on_it"], strict=True)
    ]


def outcome(name: str, difference: Interval, names: tuple[int, int]) -> str:
    """Say which version is better by this metric, if the interval tells them apart."""
    if difference.low is None or difference.high is None:
        return numbers.UNKNOWN
    if difference.low <= 0 <= difference.high:
        return "not told apart"
    if name in NEUTRAL:
        return "differs"
    rises = difference.low > 0
    return f"version {names[1] if rises != (name in BETTER_LOW) else names[0]} better"


def moves(measured: Measured, names: tuple[int, int]) -> str:
    """Say how many would change tier and what revenue moves with them."""
    told = measured.migration
    return (
        f"from version {names[0]} to {names[1]}, {told.moved_customers:,} of {told.rows:,} customers change tier, and "
        f"with them {numbers.amount(told.moved_revenue)} of {numbers.amount(told.monthly_revenue)} a month; "
        f"{told.called_by_both:,} of {told.called:,} stay on the call list"
    )


def _measured(found: SideBySide) -> list[str]:
    measured, names = found.measured, found.numbers
    if measured is None:
        return ["measured on the same customers: unknown", f"  {found.unknown}", *table_words(found)]
    a, b = measured.values
    lines = [
        _row(name, spell(name, a[name])[0], spell(name, b[name])[0], spell(name, apart)[0], outcome(name, apart, names))
        for name, apart in measured.differences.items()
    ]
    less = f"{names[1]} less {names[0]}"
    asked = [f"the gate's question, {names[1]} against {names[0]}: {one.words}" for one in measured.asked_by_the_gate]
    head = f"measured on the same {measured.rows:,} rows that neither trained on (95 % intervals, paired)"
    versions = (f"version {names[0]}", f"version {names[1]}", less, "")
    return [head, _row("", *versions), *lines, "", *asked, moves(measured, names), *table_words(found)]


def _row(name: str, *cells: str) -> str:
    return (f"  {name:<{WIDE}}" + "".join(f"{cell:<{CELL}} " for cell in cells)).rstrip()
