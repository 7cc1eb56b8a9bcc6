"""What a change of model does to the call list and to tiers."""

from collections.abc import Mapping

from churn.lifecycle.evidence.markdown import table
from churn.lifecycle.migration import CALLED, Migration

BASES = {"common": "rows that neither trained on", "test": "the whole test table"}


def tell(migration: Mapping[str, Migration]) -> list[str]:
    """Tell who would change tier, by the rows that neither model trained on, or else by the test table."""
    found = next(((name, migration[name]) for name in BASES if name in migration), None)
    if found is None:
        return ["## What changes for customers", "There is no champion to compare with: every score is new."]
    name, one = found
    return ["## What changes for customers", f"Of {one.rows:,} customers ({BASES[name]}):\n\n{_list(one)}", _tiers(one)]


def _list(one: Migration) -> str:
    share = one.moved_customers / one.rows if one.rows else 0.0
    money = f"{one.moved_revenue:,.0f} of {one.monthly_revenue:,.0f} a month"
    moved = f"- {one.moved_customers:,} change tier ({share:.1%}), and {money} with them"
    return f"{moved}\n- {one.called_by_both:,} of {one.called:,} stay on the call list ({CALLED:.0%} of all)"


def _tiers(one: Migration) -> str:
    rows = [
        (move.champion, move.challenger, f"{move.customers:,}", f"{move.monthly_revenue:,.0f}") for move in one.moves
    ]
    return table(("tier under the champion", "tier under the challenger", "customers", "a month"), rows)
