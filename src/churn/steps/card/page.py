"""The card as a page."""

from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Note, Page, Points, Section, Text
from churn.page.inline import Code, Mark
from churn.page.metrics import METRICS
from churn.steps.card import tables
from churn.steps.card.sources import Told, at

KEY = ("roc_auc", "log_loss", "calibration_slope", "profit_per_1000_offer_rule")
"""The metrics at the head of the card."""
SPLIT = (
    "A row's side is decided by a hash of its features: equal customers stay together, and no row changes sides when "
    "others arrive."
)


def page(told: Told) -> Page:
    """Lay out the card; the headings are those of Mitchell et al., Model Cards for Model Reporting (2019)."""
    details = told["model_details"]
    return Page(
        title="Model card",
        lead=f"{_named(details)}: what it is, what it is for, how well it does, and for whom less well.",
        sections=(
            Section("Model details", _details(told)),
            Section("Intended use", _use(told)),
            Section("Factors", _factors(told)),
            Section("Metrics", [tables.metrics(told["metrics"])]),
            Section("Decision", tables.decision(told["decision"])),
            Section("Evaluation data", _evaluation(told)),
            Section("Training data", _training(told)),
            Section("Quantitative analyses", tables.groups(told)),
            Section("Ethical considerations", [Points(*told["ethical_considerations"])]),
            Section("Caveats", [Points(*told["caveats"])]),
        ),
        facts=_facts(told),
    )


def _named(details: Told) -> str:
    return f"{str(details['family'] or 'A model').capitalize()} {numbers.digest(details['digest'])}"


def _details(told: Told) -> list[Block]:
    shown = []
    for name in KEY:
        title, spell = METRICS[name]
        value, within, reason = numbers.parts(told["metrics"][name], spell)
        shown.append(Card(title, value, within or reason, "plain" if value != numbers.UNKNOWN else "unknown"))
    reason = at(told, "evaluation_data", "reason")
    unknown = [Note(f"How well it does is unknown: {reason}.", "warn")] if reason else []
    return [Cards(shown), *unknown, tables.family(told["model_details"]), tables.candidates(told["model_details"])]


def _use(told: Told) -> list[Block]:
    use = told["intended_use"]
    return [
        Text(Mark("It is for", "good")),
        Points(*use["for"]),
        Text(Mark("It is not for", "bad")),
        Points(*use["not_for"]),
    ]


def _factors(told: Told) -> list[Block]:
    factors = told["factors"]
    asked = (
        f"The question: {factors['target']} = {factors['positive']}. What may bear on it, in the order of the contract:"
    )
    return [Text(asked), tables.features(factors)]


def _evaluation(told: Told) -> list[Block]:
    data = told["evaluation_data"]
    value = numbers.share(data["churn_rate"])
    return [
        Text(f"{numbers.count(data['rows'])} customers that training never saw; {value} of them left. {SPLIT}"),
        Text("Split: ", Code(", ".join(f"{name} {value}" for name, value in data["split"].items()) or numbers.UNKNOWN)),
    ]


def _training(told: Told) -> list[Block]:
    data = told["training_data"]
    words = (
        f"{numbers.count(data['rows'])} customers to learn from, of {numbers.count(data['accepted_rows'])} that were "
        f"accepted, of whom {numbers.share(data['churn_rate'])} left."
    )
    return [Text(words), tables.checks(data["validation"]), tables.arrivals(data["arrivals"])]


def _facts(told: Told) -> list[tuple[str, str]]:
    details = told["model_details"]
    named = [("Model (sha256)", details["digest"])]
    named += [(f"{name.capitalize()} (sha256)", str(value)) for name, value in details["digests"].items()]
    return named + [(str(name), str(value)) for name, value in details["versions"].items()]
