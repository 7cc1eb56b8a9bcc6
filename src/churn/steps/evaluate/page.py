"""The page for people; every figure on it stands in evaluation.json, every curve in reports/plots."""

from typing import Any

import pandas as pd

from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Folded, Grid, Note, Page, Points, Section, Text
from churn.page.inline import Code
from churn.page.metrics import METRICS
from churn.steps.evaluate import drawn_curves, drawn_groups, shown, words

Told = dict[str, Any]
Curves = dict[str, pd.DataFrame]

KEY = ("roc_auc", "log_loss", "calibration_slope", "top_decile_lift", "profit_per_1000_offer_rule")
"""The metrics at the head of the page."""
DRAWN = 4
"""Columns whose effect is drawn; the others are listed."""


def page(told: Told, curves: Curves) -> Page:
    """Lay out the evaluation."""
    return Page(
        title="Evaluation",
        lead=f"How good the {told['family']} is on customers it has not seen, for whom less so, and what it earns.",
        sections=(
            Section("At a glance", _glance(told)),
            Section("Curves", _curves(told, curves)),
            Section("At the threshold", _threshold(told)),
            Section("Groups", _groups(told)),
            Section("Fairness", _fairness(told)),
            Section("What moves the probability", _effects(told)),
            Section("Profit and the price of an offer", _money(told)),
            Section("How it was measured", (Points(*words.METHODS),)),
        ),
        facts=(("Model (sha256)", told["model"]),),
    )


def _glance(told: Told) -> list[Block]:
    cards = []
    for name in KEY:
        title, spell = METRICS[name]
        value, within, reason = numbers.parts(told["metrics"].get(name), spell)
        cards.append(Card(title, value, within or reason, "plain" if value != numbers.UNKNOWN else "unknown"))
    every = Folded("All metrics", [shown.metrics(told["metrics"])])
    return [Cards(cards), *_why(told), Text(words.glance(told)), Text(words.accuracy(told)), every]


def _why(told: Told) -> list[Block]:
    return [Note(f"Nothing can be measured: {told['reason']}.", "warn")] if told["reason"] else []


def _curves(told: Told, curves: Curves) -> list[Block]:
    found = told["metrics"]
    area, precision, slope, lift = (
        numbers.measured(found.get(name)) for name in ("roc_auc", "pr_auc", "calibration_slope", "top_decile_lift")
    )
    drawn: dict[str, Any] = {
        "roc": lambda table: drawn_curves.roc(table, f"Area {area}; the dashed line is a coin."),
        "pr": lambda table: drawn_curves.pr(
            table, found["churn_rate"], f"Average precision {precision}; dashed: chosen at random."
        ),
        "calibration": lambda table: drawn_curves.calibration(
            table, f"Slope {slope}; on the dashed line what was foreseen happened. Bars: 95% intervals."
        ),
        "gains": lambda table: drawn_curves.gains(table, f"Lift of the first tenth {lift}; dashed: at random."),
    }
    figures = [paint(curves[name]) for name, paint in drawn.items() if len(curves[name])]
    absent = [name for name in drawn if not len(curves[name])]
    missing = [shown.unknown(f"Without a curve: {', '.join(absent)}", _reason(told, absent))] if absent else []
    return [Grid(figures), *missing, *_scores(told)]


def _reason(told: Told, absent: list[str]) -> str:
    metric = {"roc": "roc_auc", "pr": "pr_auc", "gains": "top_decile_lift", "calibration": "brier"}[absent[0]]
    return numbers.parts(told["metrics"].get(metric))[2] or "no points"


def _scores(told: Told) -> list[Block]:
    says = "Each colour adds up to 100%: the further apart, the better the model tells them apart."
    return [drawn_curves.scores(told["scores"], told["metrics"]["threshold"], says)] if told["scores"] else []


def _threshold(told: Told) -> list[Block]:
    if told["confusion"] is None:
        return [shown.unknown("Who is flagged", told["reason"])]
    found = told["metrics"]
    recall, precision = (
        numbers.measured(found[f"{name}_at_threshold"], numbers.share) for name in ("recall", "precision")
    )
    says = f"Flagged above {numbers.decimal(found['threshold'])}: recall {recall}, precision {precision}."
    return [Text(says), shown.confusion(told["confusion"])]


def _groups(told: Told) -> list[Block]:
    missing: list[Block] = [shown.unknown(name, why) for name, why in told["unknown_segments"].items()]
    if not told["groups"]:
        return missing
    guard = f"A rate of fewer than {told['min_group']} customers has no interval and is not compared."
    says = "With 95% intervals. Groups that leave more often are flagged more often, on both sides."
    drawn = drawn_groups.flagged(told["groups"], told["titles"], says)
    return [Text(guard), *missing, drawn, shown.groups(told["groups"], told["titles"])]


def _fairness(told: Told) -> list[Block]:
    if not told["fairness"]:
        return [shown.unknown("Differences between groups", told["reason"] or "no segment has two groups")]
    tables = [shown.rates(told["groups"], told["titles"]), *shown.fairness(told["fairness"], told["titles"])]
    return [Text(words.fairness(told)), Points(*words.FAIR), *tables]


def _effects(told: Told) -> list[Block]:
    found = told["effects"]
    if not found:
        return [shown.unknown("Effects", told["reason"] or "the table has none of the contract's columns")]
    drawn = [drawn_groups.dependence(one, _moves(one)) for one in found[:DRAWN]]
    listed = Folded("Every value of every column", [shown.odds(one) for one in found])
    return [Points(*words.EFFECTS), shown.importance(found), Grid(drawn), listed]


def _moves(one: Told) -> str:
    return f"Moves the mean probability by {shown.points(one['reach']).removeprefix('+')} points."


def _money(told: Told) -> list[Block]:
    if told["offers"]["reason"]:
        return [shown.unknown("Profit", told["offers"]["reason"])]
    told_words = words.money(told)
    prices = told["offers"]["prices"]
    drawn = drawn_curves.profit(prices, told_words[0])
    return [
        drawn,
        shown.prices(prices),
        Points(*told_words[1:]),
        Text("The same, for programs: ", Code("evaluation.json"), "."),
    ]
