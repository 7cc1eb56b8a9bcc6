"""Stage register: the model on disk becomes a version and the challenger; the gate judges it."""

import logging

from churn import settings
from churn.entrance import Named, run
from churn.lifecycle.registration import register
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.params.register import Register
from churn.params.section import load
from churn.stores import files, tables

log = logging.getLogger("churn.register")


def main(model: Named, metadata: Named, metrics: Named, test: Named, verdict: Named) -> None:
    """Register the model."""
    knobs, gate, money = load(Register), load(Gate), load(Campaign)
    told, figures, rows = files.read_json(metadata), files.read_json(metrics), tables.read_typed(test)
    log.info("register: %s, model %.12s", knobs.model, told["digest"])
    done = register(settings.read(), knobs, gate, money, model, told, figures, rows)
    files.write_json(done.verdict.model_dump(), verdict)
    log.info("register: %s", done.words)


if __name__ == "__main__":
    run(main)
