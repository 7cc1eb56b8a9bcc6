"""Stage drift: whether the newest batch still looks like the reference. A reading and a flag, never a stop."""

import logging

from churn.entrance import Named, run
from churn.params.drift import Drift
from churn.params.section import load
from churn.steps.drift.drift import judge
from churn.steps.drift.page import page
from churn.stores import files, inlet, tables

log = logging.getLogger("churn.drift")


def main(reference: Named, held_out: Named, current: Named, reading: Named, report: Named) -> None:
    """Judge the newest batch against the reference."""
    log.info("drift: the newest batch of %s against %s", current, reference)
    known, arrival, knobs = tables.read_typed(reference), inlet.newest(current), load(Drift)
    done, drawn = judge(known, arrival.rows, knobs, arrival.file, arrival.fault)
    files.write_json(done.model_dump(), reading)
    files.write_bytes(page(done, drawn, known, tables.read_typed(held_out), knobs).encode(), report)
    log.info("drift: %s", done.summary)


if __name__ == "__main__":
    run(main)
