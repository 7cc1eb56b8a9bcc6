"""All customers together."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.lifecycle import portfolio as add
from churn.services.api import asked as clock
from churn.services.api.needs import Known
from churn.services.api.reading import allowed, ask
from churn.services.api.schemas.portfolio import Movement, Portfolio, PortfolioAsked
from churn.services.api.schemas.told import iso
from churn.services.api.state import State
from churn.stores.ledger.queries import customers, portfolio
from churn.stores.ledger.queries.cells import DAY, HOUR

router = APIRouter(tags=["Portfolio"])

REMEMBERED = 16
_remembered: dict[tuple[Any, ...], Any] = {}
"""What was added up last: it is asked again and again, and changes only when somebody is scored or erased."""


@router.get("/portfolio", summary="Customers, money at risk, and how both moved")
async def all_customers(known: Known, asked: Annotated[PortfolioAsked, Query()]) -> Portfolio:
    """Add up everybody's last known score: by tier, by segment, by probability, and against some days ago."""
    purpose, engine = allowed(known, asked.purpose), known.served.engine
    mark = await ask(known, customers.mark, purpose)
    until = (clock.now() - asked.days * DAY) // HOUR * HOUR
    key = (known.settings.database_url, purpose, engine.threshold, mark)
    cells = await _once(known, (*key, "now"), portfolio.portfolio, purpose, engine.threshold)
    then = await _once(known, (*key, until), portfolio.past, purpose, engine.threshold, until)
    return await asyncio.to_thread(_told, cells, then, engine.threshold, engine.campaign.tiers, asked.days, until)


async def _once(known: State, key: tuple[Any, ...], query: Any, *args: Any) -> Any:
    if key not in _remembered:
        found = await known.ledger.read(query, *args)
        while len(_remembered) >= REMEMBERED:
            _remembered.pop(next(iter(_remembered)))
        _remembered[key] = found
    return _remembered[key]


def _told(cells: Any, then: Any, threshold: float, tiers: dict[str, float], days: int, until: int) -> Portfolio:
    now = add.figures(cells)
    return Portfolio(
        **now,
        threshold=threshold,
        tiers=add.by_tier(cells, tiers),
        segments=add.by_segment(cells, portfolio.GROUP),
        distribution=add.distribution(cells, portfolio.BINS),
        freshness=add.freshness(cells),
        movement=Movement(days=days, until=iso(until), **add.movement(now, then)),
    )
