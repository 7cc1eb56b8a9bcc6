"""Stage prepare: the raw table and the labelled batches become train, test and reference."""

import logging

from churn.entrance import Named, run
from churn.params.prepare import Prepare
from churn.params.section import load
from churn.steps.prepare.prepare import prepare
from churn.steps.prepare.profile import profile
from churn.stores import files, inlet, tables
from churn.stores.raw_table import read_raw

log = logging.getLogger("churn.prepare")


def main(
    raw: Named,
    incoming: Named,
    train: Named,
    test: Named,
    reference: Named,
    quarantine: Named,
    arrivals: Named,
    profiled: Named,
) -> None:
    """Prepare the tables."""
    batches = {str(path): read_raw(path) for path in inlet.batches(incoming)}
    log.info("prepare: %s and %d labelled batch(es)", raw, len(batches))
    done = prepare(read_raw(raw), batches, load(Prepare), str(raw))
    tables.write_tables({train: done.train, test: done.test, reference: done.reference, quarantine: done.quarantine})
    files.write_json(done.arrivals, arrivals)
    files.write_json(profile(done.rows, done.arrivals, files.read_json_if_any(profiled)), profiled)
    log.info("prepare: %s", done.words)


if __name__ == "__main__":
    run(main)
