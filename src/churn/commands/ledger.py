"""Commands about the ledger: `churn migrate | erase`."""

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from churn import settings
from churn.entrance import guarded
from churn.settings import Settings

if TYPE_CHECKING:
    from churn.stores.ledger.ledger import Ledger

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
    ledger = _ledger(known, migrate=True)
    await ledger.open()
    await ledger.close()


async def _erase(known: Settings, customer: str, why: str) -> dict[str, Any]:
    from churn.stores.ledger import database, entries, erasure

    database.must_exist(known.database_url)
    ledger = _ledger(known)
    await ledger.open()
    try:
        return await erasure.erase(ledger, customer, entries.now(), f"{known.who}: {why}")
    finally:
        await ledger.close()


def _ledger(known: Settings, *, migrate: bool = False) -> "Ledger":
    from churn.stores.ledger.ledger import Ledger

    secret = known.id_key.get_secret_value() if known.id_key else None
    return Ledger(known.database_url, id_key=secret, migrate=migrate)
