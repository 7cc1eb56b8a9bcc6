"""Stage evaluate: measure the exported model on the rows that training never saw."""

import logging

from churn.entrance import Named, run
from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.params.section import load
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.evaluate import evaluate
from churn.steps.evaluate.scored import scored
from churn.steps.evaluate.segments import by_segment
from churn.stores import files, tables

log = logging.getLogger("churn.evaluate")


def main(model: Named, test: Named, metrics: Named, segments: Named, curves: Named, figure: Named) -> None:
    """Evaluate the exported model."""
    scorer, rows = Scorer.load(model), tables.read_typed(test)
    log.info("evaluate: %s on %s held-out rows", model, f"{len(rows):,}")
    judged = scored(rows, scorer.probabilities(rows), scorer.decision["threshold"], load(Campaign))
    knobs = load(Evaluate)
    done = evaluate(judged, knobs, scorer.decision["family"])
    files.write_json({"model": scorer.digest} | done.metrics, metrics)
    files.write_json(by_segment(rows, judged, knobs), segments)
    tables.write_tables({curves / f"{name}.csv": table for name, table in done.curves.items()})
    files.write_bytes(done.figure, figure)
    log.info("evaluate: %s", done.words)


if __name__ == "__main__":
    run(main)
