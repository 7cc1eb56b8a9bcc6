"""The page of promises: target, measured, interval, met or not, and the command that measures it again."""

from typing import Any

from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Page, Points, Section, Table, Text
from churn.page.inline import Code, Inline, Link, Mark, Tone
from churn.steps.kpi import words

Told = dict[str, Any]

TONES: dict[str, Tone] = {"met": "good", "not met": "bad", "unknown": "unknown"}
SECTIONS = {"Model": "Model", "Data": "Data and run", "Run": "Data and run", "Simulated": "Statistics, by simulation"}
SERVICE = "Service and files"
HEAD = ("Promise", "State", "Measured", "95% interval, or why not known", "Target", "Measured again by")


def page(told: Told) -> Page:
    """Lay out the promises."""
    return Page(
        title="KPI: promised and measured",
        lead="What was promised, what was measured, and how sure that is. What nobody measured is unknown.",
        sections=(
            Section("At a glance", _glance(told)),
            Section("Accuracy above what can be had", _accuracy(told)),
            *(Section(title, [_table(rows)]) for title, rows in _sections(told).items()),
            Section("How it is decided", (Points(*words.METHODS),)),
        ),
        facts=(("Model (sha256)", told["model"] or numbers.UNKNOWN),),
    )


def _glance(told: Told) -> list[Block]:
    counts = told["counts"]
    cards = [
        Card("Met", numbers.count(counts["met"]), f"of {len(told['promises'])} promises", "good"),
        Card("Not met", numbers.count(counts["not met"]), "", "bad" if counts["not met"] else "plain"),
        Card("Unknown", numbers.count(counts["unknown"]), "not measured, or not shown", "unknown"),
    ]
    missed = [one for one in told["promises"] if one["state"] == "not met"]
    listed: list[Block] = [Text("Not met:"), Points(*map(_missed, missed))] if missed else []
    return [Cards(cards), *listed, _others()]


def _missed(one: Told) -> Text:
    within = f" ({one['interval']})" if one["interval"] else ""
    return Text(f"{one['about']}: {one['promise']}, {one['target']}: {one['measured']}{within}.")


def _others() -> Text:
    return Text(
        "More on ", Link("the model's evaluation", "evaluation.html"), ", ", Link("the model", "model_card.html"),
        ", ", Link("the data", "eda.html"), ".",
    )  # fmt: skip


def _accuracy(told: Told) -> list[Block]:
    found = told["accuracy"]["lucky_splits"]
    blocks: list[Block] = [Points(*words.accuracy(told["accuracy"]))]
    if found is None:
        return [
            *blocks,
            Text(
                "How often a lucky split shows it: ",
                Mark("unknown", "unknown"),
                " (",
                Code("make simulate"),
                f" {words.UNSIMULATED}).",
            ),
        ]
    head = list(found["rows"][0]) if found["rows"] else []
    rows: list[list[Inline]] = [[line.get(name, "") for name in head] for line in found["rows"]]
    told_by = Text(found["shows"], " Measured again by ", Code(found["command"]), ".")
    return [*blocks, Table(head, rows, "l" + "r" * (len(head) - 1), found["title"]), told_by] if head else blocks


def _sections(told: Told) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for one in told["promises"]:
        found.setdefault(SECTIONS.get(one["about"].partition(":")[0], SERVICE), []).append(one)
    return found


def _table(promises: list[Told]) -> Table:
    rows: list[list[Inline]] = [
        [
            one["promise"],
            Mark(_word(one), "warn" if _word(one) == words.NOT_SHOWN else TONES[one["state"]]),
            one["measured"],
            one["interval"] or one["why"],
            one["target"],
            Code(one["command"]),
        ]
        for one in promises
    ]
    return Table(HEAD, rows, "llrlll")


def _word(one: Told) -> str:
    return words.NOT_SHOWN if one["why"].startswith(words.NOT_SHOWN) else str(one["state"])
