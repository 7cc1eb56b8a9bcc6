"""Stage kpi: what was promised beside what was measured, on one page."""

import logging

from churn.entrance import Named, run
from churn.page.render import render
from churn.params.kpi import Kpi
from churn.params.section import load
from churn.steps.kpi.kpi import kpi
from churn.steps.kpi.page import page
from churn.steps.kpi.sources import Sources
from churn.stores import files, written

log = logging.getLogger("churn.kpi")


def main(  # noqa: PLR0913, PLR0917  a name for each source
    metadata: Named, evaluation: Named, validation: Named, drift: Named, reproduction: Named, simulations: Named,
    benchmarks: Named, told: Named, report: Named,
) -> None:  # fmt: skip
    """Hold every promise against what was measured."""
    log.info("kpi: from %s and what other stages and commands found", evaluation)
    left = Sources(
        metadata=files.read_json(metadata),
        evaluation=files.read_json(evaluation),
        validation=files.read_json(validation),
        drift=files.read_json(drift),
        reproduction=files.read_json_if_any(reproduction),
        simulations=files.read_json_if_any(simulations / "simulations.json"),
        benchmarks=written.read_pages(benchmarks),
    )
    found = kpi(left, load(Kpi))
    files.write_json(found, told)
    files.write_bytes(render(page(found)), report)
    log.info("kpi: %s", ", ".join(f"{count} {state}" for state, count in found["counts"].items()))


if __name__ == "__main__":
    run(main)
