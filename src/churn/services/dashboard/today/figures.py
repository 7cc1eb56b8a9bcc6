"""The figures of the day: who is at risk, what that costs, what calling brings, and how all of it moved."""

from churn.services.api.schemas.calls import CallList
from churn.services.api.schemas.portfolio import Portfolio
from churn.services.dashboard import look, source, tiles
from churn.services.dashboard.calls import wish
from churn.services.dashboard.tiles import Tile

DAYS = 7


def show() -> None:
    """Show what is at stake, and how it moved in a week."""
    told = week()
    tiles.show([*_customers(told), _money(told), _calls(plan())])


def week() -> Portfolio:
    """Give all customers together, against a week ago. Raises ServiceError."""
    told: Portfolio = source.read("portfolio", days=DAYS)
    return told


def plan() -> CallList:
    """Give the sums of today's call list, within what was last chosen there. Raises ServiceError."""
    told: CallList = source.read("call_list", **wish.chosen(), limit=1)
    return told


def _customers(told: Portfolio) -> tuple[Tile, Tile]:
    moved, then = told.movement, told.movement.then
    leavers = None if then is None else told.expected_leavers - then.expected_leavers
    at_risk = Tile(
        "Customers at risk",
        look.count(told.at_risk),
        f"{look.percent(told.at_risk / told.customers)} of {look.count(told.customers)} customers",
        f"Whose probability of leaving lies above {look.percent(told.threshold, 1)}, where an offer begins to pay.",
        moved.at_risk,
    )
    return at_risk, Tile(
        "Expected to leave",
        look.count(told.expected_leavers),
        f"{look.percent(told.mean_probability, 1)} on average",
        "All probabilities, summed: so many would leave if nobody did anything.",
        leavers,
    )


def _money(told: Portfolio) -> Tile:
    risk = told.revenue_at_risk
    return Tile(
        "Monthly revenue at risk",
        look.money(risk.value),
        f"between {look.money(risk.low)} and {look.money(risk.high)} per month",
        "What customers pay per month, each times the probability of leaving. Chance alone keeps it within the "
        "interval 19 times in 20, if the probabilities are right.",
        told.movement.revenue_at_risk,
    )


def _calls(told: CallList) -> Tile:
    return Tile(
        "Today's calls are worth",
        look.money(told.expected_value),
        f"{look.count(told.customers)} calls, {look.money(told.cost)} spent",
        "What offers to the customers of today's call list are expected to bring, contacts and offers paid. It rests "
        "on what was assumed of offers; the page Campaign tells what was measured.",
    )
