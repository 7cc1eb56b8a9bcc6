"""Two monitors that decide at once, each with a connection of its own: one decides, the other sees it."""

import asyncio

import ledgers
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.monitoring import run
from churn.stores.ledger.watch import decisions


def decide(past):
    """Want a retraining, unless one is wanted already."""
    return past[0] if past else Decision(1, "retrain", "loss", "the labels say so")


async def test_of_two_monitors_at_once_one_decides(url):
    async with ledgers.opened(url) as one, ledgers.opened(url) as other:
        made = await asyncio.gather(*(
            ledger.do(lambda connection: run._kept(connection, "production", decide, 1))
            for _ in range(5) for ledger in (one, other)
        ))  # fmt: skip
        kept = await one.read(decisions.recent, "production")
        assert len(kept) == 1
        assert {decision.id for decision in made} == {kept[0]["id"]}
