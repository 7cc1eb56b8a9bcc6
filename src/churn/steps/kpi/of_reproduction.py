"""The promise that the pipeline gives the same again elsewhere, as `make reproduce` found it."""

from churn.page import numbers
from churn.steps.kpi.promise import Promise, unknown
from churn.steps.kpi.sources import Sources, at, lines

COMMAND = "make reproduce"
NAMED, TARGET = "Two runs in separate environments agree", "all within tolerance"


def promise(sources: Sources) -> Promise:
    """Judge the last comparison, if it was of the model at hand."""
    agree, model = at(sources.reproduction, "agree"), at(sources.reproduction, "model")
    if not isinstance(agree, bool):
        return unknown("Run", NAMED, TARGET, "it has not been run here, or its report is not committed", COMMAND)
    if not sources.model or model != sources.model:
        return unknown("Run", NAMED, TARGET, "the last comparison was of another model", COMMAND)
    compared = [one.get("compared") for one in lines(sources.reproduction, "lines")]
    values = sum(count for count in compared if isinstance(count, int))
    off = at(sources.reproduction, "off")
    measured = f"{values:,} values compared" + ("" if agree else f", {numbers.count(off)} off")
    return Promise("Run", NAMED, TARGET, measured, "", "met" if agree else "not met", "", COMMAND)
