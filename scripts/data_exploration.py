"""Stage explore: what the training rows hold, on a page for people."""

import logging

from churn.entrance import Named, run
from churn.page.render import render
from churn.params.campaign import Campaign
from churn.params.section import load
from churn.steps.explore.explore import explore
from churn.steps.explore.page import page
from churn.stores import files, tables

log = logging.getLogger("churn.explore")


def main(train: Named, told: Named, report: Named) -> None:
    """Explore the training rows."""
    rows = tables.read_typed(train)
    log.info("explore: %s training rows", f"{len(rows):,}")
    found = explore(rows, load(Campaign))
    files.write_json(found, told)
    files.write_bytes(render(page(found)), report)
    log.info("explore: %s", report)


if __name__ == "__main__":
    run(main)
