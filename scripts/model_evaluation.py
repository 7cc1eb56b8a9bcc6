"""Stage evaluate: measure the exported model on the rows that training never saw."""

import logging

from churn.entrance import Named, run
from churn.page.render import render
from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.params.section import load
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.evaluate import evaluate
from churn.steps.evaluate.page import page
from churn.steps.evaluate.scored import scored
from churn.steps.evaluate.segments import by_segment
from churn.steps.evaluate.told import tell
from churn.stores import files, tables

log = logging.getLogger("churn.evaluate")


def main(
    model: Named, test: Named, metrics: Named, segments: Named, curves: Named, figure: Named, told: Named, report: Named
) -> None:
    """Evaluate the exported model."""
    scorer, rows, knobs = Scorer.load(model), tables.read_typed(test), load(Evaluate)
    log.info("evaluate: %s on %s held-out rows", model, f"{len(rows):,}")
    judged = scored(rows, scorer.probabilities(rows), scorer.decision["threshold"], load(Campaign))
    done, groups = evaluate(judged, knobs, scorer.decision["family"]), by_segment(rows, judged, knobs)
    known = {"model": scorer.digest, "family": scorer.decision["family"]}
    found = known | tell(rows, done, groups, scorer.probabilities, scorer.note("explanation"), knobs)
    files.write_json({"model": scorer.digest} | done.metrics, metrics)
    files.write_json(groups, segments)
    tables.write_tables({curves / f"{name}.csv": table for name, table in done.curves.items()})
    files.write_bytes(done.figure, figure)
    files.write_json(found, told)
    files.write_bytes(render(page(found, done.curves)), report)
    log.info("evaluate: %s", done.words)


if __name__ == "__main__":
    run(main)
