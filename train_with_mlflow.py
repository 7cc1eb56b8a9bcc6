"""Stage train: candidates compete, the winner is exported to ONNX, MLflow keeps the record."""

import logging

from churn import settings
from churn.entrance import Named, run
from churn.params.campaign import Campaign
from churn.params.prepare import Prepare
from churn.params.register import Register
from churn.params.section import load
from churn.params.train import Train
from churn.progress import watched
from churn.steps.train.compare import compare
from churn.steps.train.train import refuse_unvalidated, train
from churn.stores import code, files, tables
from churn.stores.tracking import runs

log = logging.getLogger("churn.train")


def main(table: Named, verdict: Named, model: Named, metadata: Named) -> None:
    """Train on the prepared table."""
    refuse_unvalidated(files.read_json(verdict))
    tracking, names = settings.read().store, load(Register)
    runs.open_experiment(tracking, names.experiment)
    rows, knobs, money = tables.read_typed(table), load(Train), load(Campaign)
    log.info("train: %s rows, %d candidates", f"{len(rows):,}", len(knobs.candidates))
    candidates = watched(compare(rows, knobs), len(knobs.candidates), log)
    done = train(candidates, rows, knobs, money, load(Prepare).split, code.origin(__file__, knobs, money))
    files.write_bytes(done.model, model)
    files.write_json(done.metadata, metadata)
    runs.keep(tracking, names.experiment, done.metadata)
    log.info("train: %s", done.words)


if __name__ == "__main__":
    run(main)
