"""Offers that are worth more than they cost, each with the cause for which the customer is left in peace, if any."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import CTE

from churn.params.campaign import Campaign
from churn.stores.ledger.queries import segments
from churn.stores.ledger.queries.gone import gone
from churn.stores.ledger.tables import contact, latest, suppression
from churn.terms import Segment

CAUSES = ("churned", "suppressed", "contacted")


@dataclass(frozen=True, slots=True)
class Offers:
    """Whose offers, and since when nobody may have been called, or held out (microseconds)."""

    purpose: str
    today: date
    rested: int
    campaign: Campaign
    tested: int | None = None
    """Whoever was held out since then is still being compared; without it `rested` goes for them as well."""
    tier: str | None = None
    groups: tuple[tuple[Segment, str], ...] = ()

    @property
    def cost(self) -> ColumnElement[Any]:
        """Spell what an offer is expected to cost: the contact, and the offer if it is taken."""
        chance = latest.c.probability
        return self.campaign.contact + self.campaign.offer * (chance * self.campaign.acceptance + 1 - chance)


def worth(offers: Offers) -> CTE:
    """Take all offers of positive value: customer_id, expected_value, cost and the first cause that holds, or null."""
    cause = case(
        (latest.c.customer.in_(gone(offers.purpose)), literal("churned")),
        (latest.c.customer.in_(_suppressed(offers)), literal("suppressed")),
        (latest.c.customer.in_(_contacted(offers)), literal("contacted")),
    )
    who, cost = latest.c.customer.label("customer_id"), offers.cost.label("cost")
    found = select(who, latest.c.expected_value, cost, cause.label("cause"))
    return found.where(*asked(offers), latest.c.expected_value > 0).cte("worth")


def ranked(offers: Offers) -> Select[Any]:
    """Put them in order, the best first, those of one value by name."""
    found = worth(offers)
    return select(found).order_by(found.c.expected_value.desc(), found.c.customer_id)


def asked(offers: Offers) -> list[ColumnElement[bool]]:
    """Spell whose scores are asked for."""
    found = [latest.c.purpose == offers.purpose]
    if offers.tier is not None:
        found.append(latest.c.tier == offers.tier)
    return found + [segments.group(segment) == value for segment, value in offers.groups]


def rests(offers: Offers) -> ColumnElement[bool]:
    """Tell the contacts after which a customer still has rest: of late, or held out and not yet compared."""
    lately = contact.c.at > offers.rested
    if offers.tested is not None:
        lately = or_(lately, and_(contact.c.held_out, contact.c.at > offers.tested))
    return and_(contact.c.purpose == offers.purpose, lately)


def _suppressed(offers: Offers) -> Select[Any]:
    return select(suppression.c.customer).where(suppression.c.until >= offers.today)


def _contacted(offers: Offers) -> Select[Any]:
    """Name who was called lately, and who is held out lately: a call would spoil the comparison."""
    return select(contact.c.customer).where(rests(offers))
