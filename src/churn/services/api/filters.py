"""What customers can be filtered by: tiers that the served model has, groups that the contract names."""

from collections.abc import Iterable

from churn.services.api.problems import Refusal
from churn.services.api.state import State
from churn.stores.ledger.queries import segments
from churn.terms import Segment


def known_tier(known: State, tier: str | None) -> None:
    """Refuse a tier that the served model does not have: nobody could ever be in it. Raises Refusal."""
    if tier is not None and known.served.ready and tier not in (tiers := known.served.engine.campaign.tiers):
        raise Refusal(422, f"tier {tier[:40]!r} does not exist; there are {', '.join(tiers)}")


def groups(spelt: Iterable[str]) -> tuple[tuple[Segment, str], ...]:
    """Read groups, each spelt `Contract:Two year`. Raises Refusal."""
    return tuple(map(_group, spelt))


def _group(text: str) -> tuple[Segment, str]:
    column, _, value = text.partition(":")
    found = segments.named(column)
    if found is None or not value:
        named = ", ".join(one.column for one in segments.known())
        raise Refusal(422, f"segment is Column:group, the column one of {named}; GET /portfolio names the groups")
    if "\x00" in value:
        raise Refusal(422, "segment holds a character that no group has")
    return found, value
