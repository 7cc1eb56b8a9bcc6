"""All customers together."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.lifecycle import portfolio as add
from churn.scoring.engine import Engine
from churn.services.api.needs import Known
from churn.services.api.reading import allowed, ask
from churn.services.api.remembered import Memory
from churn.services.api.schemas.portfolio import Movement, Portfolio, PortfolioAsked
from churn.services.api.schemas.told import iso
from churn.stores.ledger import entries
from churn.stores.ledger.queries import gone, portfolio
from churn.stores.ledger.queries.cells import DAY, HOUR

router = APIRouter(tags=["Portfolio"])


@router.get("/portfolio", summary="Customers, money at risk, and how both moved")
async def all_customers(known: Known, memory: Memory, asked: Annotated[PortfolioAsked, Query()]) -> Portfolio:
    """Add up everybody's last known score: by tier, by segment, by probability, and against some days ago.

    Who has left, by the last outcome told, is left out: no revenue of theirs is at risk any more.
    Where there are so many customers that this takes long, news may wait some seconds; `freshness` says what is in it.
    """
    purpose, engine = allowed(known, asked.purpose), known.served.engine
    mark = await ask(known, portfolio.mark, purpose)
    until = (entries.now() - asked.days * DAY) // HOUR * HOUR
    terms = (purpose, engine.threshold)
    cells = await memory.get(("portfolio", *terms), mark, lambda: known.ledger.read(portfolio.portfolio, *terms))
    then = await memory.get(("past", *terms, until), mark, lambda: known.ledger.read(portfolio.past, *terms, until))
    left = await memory.get(("left", purpose), mark, lambda: known.ledger.read(gone.left, purpose))
    return await asyncio.to_thread(_told, cells, left, engine, (asked.days, until, then))


def _told(cells: Any, left: int, engine: Engine, then: tuple[int, int, Any]) -> Portfolio:
    """Add up cells; `then` is how many days ago, which moment that was, and its sums."""
    now, (days, until, past) = add.figures(cells), then
    return Portfolio(
        **now,
        left=left,
        threshold=engine.threshold,
        tiers=add.by_tier(cells, engine.campaign.tiers),
        segments=add.by_segment(cells, portfolio.GROUP),
        distribution=add.distribution(cells, portfolio.BINS),
        freshness=add.freshness(cells),
        movement=Movement(days=days, until=iso(until), **add.movement(now, past)),
    )
