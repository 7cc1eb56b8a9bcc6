"""Stage card: what the model is, what it is for, how well it does, and for whom less well."""

import logging

from churn.entrance import Named, run
from churn.page.render import render
from churn.steps.card.facts import facts
from churn.steps.card.page import page
from churn.steps.card.sources import Sources
from churn.stores import files

log = logging.getLogger("churn.card")


def main(
    metadata: Named, metrics: Named, segments: Named, profiled: Named, validation: Named, drift: Named, told: Named,
    report: Named,
) -> None:  # fmt: skip
    """Write the model card."""
    log.info("card: from %s and what the other stages found", metadata)
    found = facts(Sources(*map(files.read_json, (metadata, metrics, segments, profiled, validation, drift))))
    files.write_json(found, told)
    files.write_bytes(render(page(found)), report)
    log.info("card: %s, of model %.12s", report, found["model_details"]["digest"])


if __name__ == "__main__":
    run(main)
