"""Commands about tables of customers: `churn score | why`."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from churn import settings
from churn.entrance import STOPPED, guarded
from churn.errors import Interrupted, SettingsError

if TYPE_CHECKING:
    from churn.lifecycle.scoring_job import Done
    from churn.lifecycle.scoring_order import Order
    from churn.settings import Settings

ENGINES = ("local", "spark")
Customers = Annotated[
    Path, typer.Argument(help="CSV, Parquet or Arrow in the raw table's columns; for Spark a folder of Parquet files")
]
Answers = Annotated[Path, typer.Argument(help="the same columns and the answers, in the same form")]
On = Annotated[str, typer.Option("--engine", help="local, or spark for a table beyond one machine")]
Master = Annotated[
    str | None, typer.Option(help="the cluster, as in spark://host:7077 [local[*]: Spark on this machine]")
]
RejectsTo = Annotated[Path | None, typer.Option("--rejects", help="rows that break the contract [OUT.rejects.csv]")]
Number = Annotated[int | None, typer.Option("--version", min=1, help="score by this version, not by the champion")]
Purpose = Annotated[str, typer.Option(help="production, what_if or test: kept with the file's record")]
Ignore = Annotated[list[str] | None, typer.Option(help="a column beside the contract's to pass through unread")]
Force = Annotated[bool, typer.Option("--force", help="replace files that exist")]
NoLedger = Annotated[bool, typer.Option("--no-ledger", help="leave no record; nobody can ask why later")]
Prediction = Annotated[str, typer.Argument(help="the prediction_id; a row of a file or batch is RECORD.ROW")]
InputFile = Annotated[Path | None, typer.Option("--input", help="the scored file, if it moved since")]
OutputFile = Annotated[Path | None, typer.Option("--output", help="its answers, if they moved since")]

app = typer.Typer()


@app.command()
@guarded
def score(  # noqa: PLR0913, PLR0917 an option each
    customers: Customers, answers: Answers, rejects: RejectsTo = None, version: Number = None,
    purpose: Purpose = "production", ignore: Ignore = None, force: Force = False, no_ledger: NoLedger = False,
    engine: On = ENGINES[0], master: Master = None,
) -> None:  # fmt: skip
    """Score a file of customers, or on Spark a folder of them."""
    from churn.lifecycle import file_record
    from churn.lifecycle.scoring_order import Order

    if purpose not in file_record.PURPOSES:
        raise SettingsError(f"--purpose is one of {', '.join(file_record.PURPOSES)} (found {purpose!r})")
    signal.signal(signal.SIGTERM, _stop)
    named = rejects or answers.with_suffix(".rejects.csv")
    where = _master(engine, master)
    order = Order(customers, answers, named, version, purpose, tuple(ignore or ()), force, not no_ledger, where)
    typer.echo(_scored(order, settings.read()).words)


@app.command()
@guarded
def why(prediction: Prediction, customers: InputFile = None, answers: OutputFile = None) -> None:
    """Tell what a prediction was made from and by, and make it again."""
    from churn.lifecycle import audit

    found = audit.audit(settings.read(), prediction, customers, answers)
    typer.echo(audit.tell(found))
    raise typer.Exit(0 if found.replay.exact else 1)


def _master(engine: str, master: str | None) -> str | None:
    """Tell which cluster is meant, None for this machine without one. Raises SettingsError."""
    if engine not in ENGINES:
        raise SettingsError(f"--engine is one of {', '.join(ENGINES)} (found {engine!r})")
    if engine == "local" and master:
        raise SettingsError(f"--master {master} is for --engine spark; say that too")
    return None if engine == "local" else master or "local[*]"


def _scored(order: "Order", known: "Settings") -> "Done":
    from tqdm import tqdm

    from churn.lifecycle import scoring_job

    with tqdm(unit=" rows", unit_scale=True, disable=None, leave=False) as bar:

        def watch(done: int, total: int) -> None:
            bar.total = max(total, bar.n + done) or None
            bar.update(done)

        return scoring_job.run(order, known, watch)


def _stop(*_: object) -> NoReturn:
    raise Interrupted(STOPPED)
