"""Commands about the ledger: `churn migrate | erase`."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from churn import settings
from churn.entrance import guarded
from churn.settings import Settings

Customer = Annotated[str, typer.Argument(help="the id of the customer, as the raw table spells it")]
Why = Annotated[str, typer.Option(help="the reason; it is kept with the receipt, so it should not name the customer")]

MICRO = 1_000_000

app = typer.Typer()


@app.command()
@guarded
def migrate() -> None:
    """Bring the ledger's tables up to date."""
    asyncio.run(_migrate(settings.read()))
    typer.echo("the ledger is up to date")


@app.command()
@guarded
def erase(customer: Customer, why: Why) -> None:
    """Erase one customer from the ledger, and show the receipt."""
    receipt = asyncio.run(_erase(settings.read(), customer, why))
    at = datetime.fromtimestamp(receipt["at"] / MICRO, UTC).isoformat().replace("+00:00", "Z")
    typer.echo(json.dumps(receipt | {"at": at}, indent=2))


async def _migrate(known: Settings) -> None:
    from churn.stores.ledger.opened import opened

    async with opened(known, migrate=True):
        pass


async def _erase(known: Settings, customer: str, why: str) -> dict[str, Any]:
    from churn.stores.ledger import database, entries, erasure
    from churn.stores.ledger.opened import opened

    database.must_exist(known.database_url)
    async with opened(known) as ledger:
        return await erasure.erase(ledger, customer, entries.now(), f"{known.who}: {why}")
