"""Stage register: the model on disk becomes a version and the challenger; the gate judges it.

Beside the stage, what `churn versions` does: `python scripts/register_model.py compare 1 2`, search, retire, unretire.
"""

import logging
from pathlib import Path
from typing import Annotated

import typer

from churn import settings
from churn.commands.beside import run_or
from churn.entrance import Named
from churn.lifecycle.registration import register
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.params.register import Register
from churn.params.section import load
from churn.stores import files, stages, tables
from churn.stores.tracking import attachments, references

log = logging.getLogger("churn.register")
Attached = Annotated[list[Path] | None, typer.Option(help="a report to log with the version; may be given again")]


def main(
    model: Named, metadata: Named, metrics: Named, test: Named, reference: Named, verdict: Named, pipeline: Named,
    attach: Attached = None,
) -> None:  # fmt: skip
    """Register the model."""
    knobs, gate, money = load(Register), load(Gate), load(Campaign)
    told, figures, rows = files.read_json(metadata), files.read_json(metrics), tables.read_typed(test)
    log.info("register: %s, model %.12s", knobs.model, told["digest"])
    known = settings.read()
    done = register(known, knobs, gate, money, model, told, figures, rows)
    files.write_json(stages.read(told["digest"]), pipeline)
    attachments.attach(known.store, done.version.run, attach or [])
    references.keep(known.store, done.version.run, reference)
    files.write_json(done.verdict.told(), verdict)
    log.info("register: %s", done.words)


if __name__ == "__main__":
    run_or(main, "churn.commands.versions")
