"""Stage validate: whether the data may be learnt from."""

import logging

from churn.entrance import Named, run
from churn.params.section import load
from churn.params.validate import Validate
from churn.steps.validate.validate import validate
from churn.stores import files, tables
from churn.stores.raw_table import read_raw

log = logging.getLogger("churn.validate")


def main(train: Named, test: Named, quarantine: Named, arrivals: Named, report: Named, verdict: Named) -> None:
    """Check the prepared tables and stop the run if they are broken."""
    learnt, held_out, aside = tables.read_typed(train), tables.read_typed(test), read_raw(quarantine)
    log.info("validate: %s accepted rows, and those set aside", f"{len(learnt) + len(held_out):,}")
    done = validate(learnt, held_out, aside, files.read_json(arrivals), load(Validate))
    files.write_json(done.model_dump(), report)
    files.write_json(done.verdict(), verdict)
    done.refuse_broken()
    log.info("validate: %d checks passed; accuracy cannot pass %.4f", len(done.checks), done.accuracy_ceiling)


if __name__ == "__main__":
    run(main)
