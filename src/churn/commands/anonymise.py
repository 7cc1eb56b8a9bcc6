"""A command about tables for other places: `churn anonymise`."""

from pathlib import Path
from typing import Annotated

import typer

from churn.entrance import guarded
from churn.errors import TableError

Customers = Annotated[Path, typer.Argument(help="CSV or Parquet in the raw table's columns")]
Safe = Annotated[Path, typer.Argument(help="the table that may leave production: CSV or Parquet")]
Least = Annotated[int, typer.Option("--group", min=3, max=1000, help="so many customers share each row at the least")]
Outcome = Annotated[bool, typer.Option("--outcome/--no-outcome", help="keep who left, which a group may give away")]
Force = Annotated[bool, typer.Option("--force", help="replace a file that exists")]

ENDINGS = (".csv", ".parquet")

app = typer.Typer()


@app.command()
@guarded
def anonymise(
    customers: Customers, safe: Safe, group: Least = 10, outcome: Outcome = True, force: Force = False
) -> None:
    """Make a table for other eyes: cells that many share, numbers blended, new ids; what can be learnt mostly stays."""
    import numpy as np

    from churn.steps.anonymise import anonymise as step
    from churn.stores import raw_table, tables

    if safe.suffix not in ENDINGS:
        raise TableError(f"{safe}: name a file that ends in {' or '.join(ENDINGS)}")
    if not customers.exists():
        raise TableError(f"{customers} does not exist; name the table whose customers are to be hidden")
    if safe.exists() and not force:
        raise TableError(f"{safe} exists; name another file, or say --force")
    done = step.anonymise(raw_table.read_raw(customers), group, outcome, np.random.default_rng())
    tables.write_table(done.rows, safe)
    typer.echo(f"{safe}: {done.words}")
