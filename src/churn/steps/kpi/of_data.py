"""The promises about the data: that it kept its checks, and that the newest batch has not drifted."""

from churn.page import numbers
from churn.steps.kpi.promise import Promise, State, unknown
from churn.steps.kpi.sources import Sources, at, lines

VALIDATE, DRIFT = "dvc repro validate", "dvc repro drift"
STATES: dict[str, State] = {"no_drift": "met", "drift": "not met"}


def promises(sources: Sources) -> list[Promise]:
    """Judge the data."""
    return [_checks(sources), _drift(sources)]


def _checks(sources: Sources) -> Promise:
    named, target = "The data keep the contract and its rules", "every check passes"
    passed, checks = at(sources.validation, "passed"), lines(sources.validation, "checks")
    if not isinstance(passed, bool) or not checks:
        return unknown("Data", named, target, "the report of the checks does not say", VALIDATE)
    failed = [str(one.get("name")) for one in checks if one.get("passed") is not True]
    kept = passed and not failed
    missed = f": not {', '.join(failed)}" if failed else ""
    measured = f"{len(checks) - len(failed)} of {len(checks)} pass{missed}"
    rows = at(sources.validation, "rows")
    beside = f"on {numbers.count(rows)} rows" if numbers.known(rows) else ""
    return Promise("Data", named, target, measured, beside, "met" if kept else "not met", "", VALIDATE)


def _drift(sources: Sources) -> Promise:
    named, target = "The newest batch looks like the training rows", "no drift"
    said, summary = at(sources.drift, "state"), at(sources.drift, "summary")
    state = STATES.get(said, "unknown") if isinstance(said, str) else "unknown"
    words = summary if isinstance(summary, str) and summary else "the reading does not say"
    if state == "unknown":
        return unknown("Data", named, target, words, DRIFT)
    return Promise("Data", named, target, words, "", state, "", DRIFT)
