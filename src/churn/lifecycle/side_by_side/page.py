"""Two versions side by side, as a page for people."""

from functools import partial

from churn.lifecycle.side_by_side import words
from churn.lifecycle.side_by_side.compare import SideBySide
from churn.lifecycle.side_by_side.drawn import DRAWINGS
from churn.lifecycle.side_by_side.measured import Measured
from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Folded, Grid, Note, Page, Points, Section, Table, Text
from churn.page.drawing import draw
from churn.page.inline import Code, Inline, Mark, Tone, Value
from churn.page.render import render
from churn.steps.evaluate.intervals import Interval

CARDS = {
    "log_loss": "Log loss", "roc_auc": "ROC-AUC", "pr_auc": "Average precision",
    "profit_per_1000_offer_rule": "Profit per 1,000",
}  # fmt: skip
LEAD = "What was logged with each, and both measured anew on the same customers, whom neither trained on."
METHODS = (
    "A row counts only if neither version trained on it; which those are follows from the splits inside the models.",
    "Intervals are 95%, percentile bootstrap. A difference is drawn in pairs: each draw deals both the same customers.",
    "A difference whose interval holds zero is not told apart: neither equal nor better.",
    "Each difference is held to 95% by itself. Of eleven, one or the other may stand out by chance alone.",
    "Profits are counted in this checkout's campaign, also where a model was made under another one.",
    "The gate decides by its own rules, on the newest period and with floors for segments; this page decides nothing.",
)


def page(found: SideBySide) -> bytes:
    """Lay out the comparison as one HTML file; the same comparison gives the same bytes."""
    a, b = found.numbers
    measured = found.measured
    parts = [Section("At a glance", _glance(found)), Section("The versions", [_facts(found)])]
    if measured:
        parts.append(Section("Measured on the same customers", _metrics(measured, found.numbers)))
        parts.append(Section("Curves", [_curves(measured, found.numbers)]))
        parts.append(Section("Who would change tier", _moves(measured, found.numbers)))
    parts.append(Section("Logged with each", _logged(found)))
    parts.append(Section("How it was measured", [Points(*METHODS), Points(*words.table_words(found))]))
    facts = [(f"Version {one['version']} (sha256)", str(one["model"])) for one in found.facts]
    rows = ("Rows (sha256)", str(found.table["digest"] or numbers.UNKNOWN))
    return render(Page(f"Version {a} beside version {b}", LEAD, parts, (*facts, rows)))


def _glance(found: SideBySide) -> list[Block]:
    a, b = found.numbers
    again = Text("Reproduce: ", Code(f"churn versions compare {a} {b}"), ".")
    if found.measured is None:
        return [Note(f"The two could not be measured side by side: {found.unknown}", "bad"), again]
    apart = found.measured.differences
    cards = [_card(name, title, apart[name], found.numbers) for name, title in CARDS.items()]
    below = f"Version {b} less version {a}, on {found.measured.rows:,} customers whom neither trained on. "
    retired = [
        Note(f"Version {one['version']} was {one['retired']['words']}", "warn") for one in found.facts if one["retired"]
    ]
    return [Cards(cards), Text(below), again, *retired]


def _card(name: str, title: str, apart: Interval, versions: tuple[int, int]) -> Card:
    said = words.outcome(name, apart, versions)
    spelt = numbers.amount if words.MONEY in name else numbers.decimal
    return Card(title, spelt(apart.value), f"{words.spell(name, apart)[1]}: {said}", _tone(said))


def _tone(said: str) -> Tone:
    return "unknown" if said == numbers.UNKNOWN else "good" if said.endswith("better") else "plain"


def _facts(found: SideBySide) -> Table:
    rows: list[list[Inline]] = [
        [title, *(words.spell_fact(name, one[name]) for one in found.facts)] for name, title in words.FACTS.items()
    ]
    return Table(("", *_names(found.numbers)), rows)


def _metrics(measured: Measured, versions: tuple[int, int]) -> list[Block]:
    a, b = measured.values
    rows: list[list[Inline]] = []
    for name, apart in measured.differences.items():
        said = words.outcome(name, apart, versions)
        rows.append([name, _value(name, a[name]), _value(name, b[name]), _value(name, apart), Mark(said, _tone(said))])
    head = ("Metric", *_names(versions), f"{versions[1]} less {versions[0]}", "")
    asked = [f"The gate's question over all these rows, {one.words}" for one in measured.asked_by_the_gate]
    return [Table(head, rows, "lrrrl", f"{measured.rows:,} customers, 95% intervals"), Points(*asked)]


def _value(name: str, one: Interval) -> Value:
    spelt = numbers.amount if words.MONEY in name else numbers.decimal
    return Value(spelt(one.value), words.spell(name, one)[1])


def _curves(measured: Measured, versions: tuple[int, int]) -> Grid:
    drawn: list[Block] = []
    for name, (title, says, paint) in DRAWINGS.items():
        pair = measured.curves[0][name], measured.curves[1][name]
        if not (len(pair[0]) and len(pair[1])):
            drawn.append(Note(f"{title}: unknown, these customers give no such curve", "warn"))
            continue
        drawn.append(draw(title, says, partial(paint, pair=pair, names=_names(versions))))
    return Grid(drawn)


def _moves(measured: Measured, versions: tuple[int, int]) -> list[Block]:
    rows: list[list[Inline]] = [
        [one.champion, one.challenger, numbers.count(one.customers), numbers.amount(one.monthly_revenue)]
        for one in measured.migration.moves
        if one.customers
    ]
    a, b = _names(versions)
    head = (f"Tier under {a.lower()}", f"Tier under {b.lower()}", "Customers", "A month")
    said = words.moves(measured, versions)
    return [Text(f"{said[0].upper()}{said[1:]}."), Table(head, rows, "llrr")]


def _logged(found: SideBySide) -> list[Block]:
    rows: list[list[Inline]] = [
        [name, _value(name, pair[0]), _value(name, pair[1])] for name, pair in words.logged(found).items()
    ]
    said = "These were measured when each version was made, perhaps on other rows: they cannot be subtracted."
    table = Table(("Metric", *_names(found.numbers)), rows, "lrr")
    return [Text(said), Folded(f"{len(rows)} figures", [table])] if rows else [Note("Nothing was logged.", "warn")]


def _names(versions: tuple[int, int]) -> tuple[str, str]:
    return f"Version {versions[0]}", f"Version {versions[1]}"
