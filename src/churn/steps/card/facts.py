"""The card as it stands in model_card.json; every figure of the page comes from here."""

from typing import Any

from churn import columns, contract
from churn.page.metrics import METRICS
from churn.steps.card import words
from churn.steps.card.sources import Sources, Told, at, lines, pairs

SEGMENTED = ("roc_auc", "log_loss", "precision_at_threshold", "recall_at_threshold")
CANDIDATE = ("family", "params", "log_loss", "log_loss_se", "roc_auc", "difference", "difference_se", "chosen", "out")


def facts(sources: Sources) -> Told:
    """Collect what is known of the model, under the headings of Mitchell et al. (2019)."""
    told = {
        "model_details": _details(sources),
        "decision": _decision(sources),
        "factors": _factors(sources),
        "metrics": {name: sources.metric(name) for name in METRICS},
        "evaluation_data": _evaluation_data(sources),
        "training_data": _training_data(sources),
        "quantitative_analyses": [] if sources.unmeasured else _segments(sources.segments),
        "drift": {name: at(sources.drift, name) for name in ("state", "summary")},
    }
    return told | {
        "intended_use": words.intended_use(told),
        "ethical_considerations": words.ethics(told),
        "caveats": words.caveats(told, [sources.unmeasured, sources.another_contract]),
    }


def _details(sources: Sources) -> Told:
    told = sources.metadata
    candidates = [{name: one.get(name) for name in CANDIDATE} for one in lines(told, "candidates")]
    return {
        "digest": sources.model,
        "family": at(told, "family"),
        "params": pairs(told, "params"),
        "digests": pairs(told, "digests"),
        "versions": pairs(told, "versions"),
        "candidates": candidates,
    }


def _decision(sources: Sources) -> Told:
    told = pairs(sources.metadata, "decision")
    return {name: told.get(name) for name in ("threshold", "tiers", "horizon_days", "campaign")}


def _factors(sources: Sources) -> Told:
    titles = {column.name: column for column in columns.columns()}
    used = [str(one.get("name")) for one in lines(sources.metadata, "decision", "columns")]
    return {
        "target": contract.TARGET,
        "positive": contract.POSITIVE,
        "features": [
            {
                "name": name,
                "title": titles[name].title if name in titles else name,
                "description": titles[name].description if name in titles else "",
            }
            for name in used
        ],
        "segments": [
            {"name": one.column, "title": titles[one.column].title, "edges": list(one.edges)}
            for one in contract.SEGMENTS
        ],
    }


def _evaluation_data(sources: Sources) -> Told:
    known = not sources.unmeasured
    return {
        "rows": at(sources.metrics, "rows") if known else None,
        "churn_rate": at(sources.metrics, "churn_rate") if known else None,
        "split": pairs(sources.metadata, "decision", "split"),
        "reason": sources.unmeasured,
    }


def _training_data(sources: Sources) -> Told:
    profile = sources.profile
    failed = [str(one.get("name")) for one in lines(sources.validation, "checks") if one.get("passed") is not True]
    return {
        "rows": at(sources.metadata, "rows", "train"),
        "digest": at(sources.metadata, "digests", "data"),
        "accepted_rows": at(profile, "rows"),
        "churn_rate": at(profile, "churn_rate"),
        "arrivals": lines(profile, "arrivals"),
        "validation": {
            "passed": at(sources.validation, "passed"),
            "checks": len(lines(sources.validation, "checks")),
            "failed": failed,
            "accuracy_ceiling": at(sources.validation, "accuracy_ceiling"),
        },
    }


def _segments(told: Told) -> list[Told]:
    return [
        {"segment": segment.column, "group": str(name), **_group(group)}
        for segment in contract.SEGMENTS
        for name, group in pairs(told, segment.column).items()
    ]


def _group(told: Any) -> Told:
    plain = {name: at(told, name) for name in ("rows", "churn_rate", "mean_probability")}
    return plain | {name: pairs(told, name) for name in SEGMENTED}
