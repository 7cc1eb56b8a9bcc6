"""Take a broken chain of records for what it is: a deliberate act, with a reason, on record itself."""

from collections.abc import Callable
from datetime import UTC, datetime

from churn.errors import TrackingError
from churn.lifecycle import promotion
from churn.lifecycle.one_writer import one_writer
from churn.lifecycle.promotion import Author
from churn.params.register import Register
from churn.settings import Settings
from churn.stores.tracking import records, repairs, retirements
from churn.stores.tracking.registry import Registry
from churn.stores.tracking.repairs import Chain, Repair, Repairs

WHOLE = "the chains of records hold; there is nothing to repair"


def repair(settings: Settings, params: Register, author: Author, show: Callable[[str], None] = lambda _: None) -> str:
    """Record that the chains are taken as they stand, each fault named; say what was done.

    No record is changed, no alias moved. What a record says that was itself changed is never built on again; what comes
    after hangs on the chain as it is now, and one more change breaks it anew. Raises TrackingError without a reason,
    when the records of repairs are broken themselves, or when MLflow is away.
    """
    if not author.why.strip():
        raise TrackingError('a repair wants its reason: `churn repair --why "..."`; it is kept and shown')
    with one_writer(settings) as sure:
        registry = Registry(settings.store, params.model)
        promotion.settle(registry)
        told = repairs.read(registry.tags())
        told.refuse_broken()
        broken = {chain: found for chain, found in faults(registry).items() if found}
        for chain, found in broken.items():
            for fault in found:
                show(fault)
            sure()
            told = _append(registry, told, author, chain, found)
    return "\n".join(one.words for one in told.acts[-len(broken) :]) if broken else WHOLE


def faults(registry: Registry) -> dict[Chain, list[str]]:
    """Tell what is wrong with each chain of records; nothing where it holds."""
    numbered = [(one.intent.number, one.fault) for one in records.read(registry) if one.fault]
    retired = retirements.read(registry.tags()).fault
    return {
        "promotion": [f"promotion record {number}: {fault}" for number, fault in numbered],
        "retirement": [f"retirements: {retired}"] if retired else [],
    }


def tell(told: Repairs) -> list[str]:
    """Tell all repairs, a line each, and what is wrong with their records."""
    broken = [f"BROKEN: the records of repairs cannot be trusted: {told.fault}"] if told.fault else []
    return [f"{one.when}  repair   {one.words} ({'; '.join(one.faults)})" for one in told.acts] + broken


def _append(registry: Registry, told: Repairs, author: Author, chain: Chain, found: list[str]) -> Repairs:
    tags = registry.tags()
    upto = repairs.newest(chain, tags)
    act = Repair(
        number=0,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        who=author.who,
        why=author.why.strip(),
        chain=chain,
        upto=upto,
        covers=repairs.covered(chain, tags, upto),
        faults=found,
        previous="",
    )
    repairs.append(registry, told, act)
    return repairs.read(registry.tags())
