"""What offers to everybody above a threshold are expected to bring."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Asked, Interval, Purpose, Told, shows

MOST_MONEY, MOST_MONTHS = 1e6, 600.0
OFFERED: dict[str, Any] = {
    "customers": 2012, "share": 0.2857, "profit": {"value": 31210.4, "low": 24480.0, "high": 37940.8},
    "expected_leavers": 1102.3,
}  # fmt: skip


def _money(words: str) -> Any:
    return Field(None, ge=0, le=MOST_MONEY, allow_inf_nan=False, description=f"{words}; without it the champion's")


def _share(words: str) -> Any:
    return Field(None, ge=0, le=1, allow_inf_nan=False, description=f"{words}; without it the champion's")


class CurveAsked(Asked):
    """What is assumed; what is left out is what the champion was trained with."""

    months: float | None = Field(
        None, gt=0, le=MOST_MONTHS, allow_inf_nan=False,
        description="a kept customer stays so long; without it the champion's",
    )  # fmt: skip
    margin: float | None = _share("of what a customer pays")
    offer: float | None = _money("what an offer costs where it is taken")
    contact: float | None = _money("what each contact costs")
    acceptance: float | None = _share("of leavers who take the offer and stay; whoever would stay takes it in any case")
    purpose: Purpose = "production"


class Assumed(Told):
    """What the profits are worked out from; none of it is measured."""

    model_config = shows(months=12.0, margin=0.6, offer=50.0, contact=5.0, acceptance=0.3)

    months: float
    margin: float
    offer: float
    contact: float
    acceptance: float


class Offered(Told):
    """Who is offered something, and what is expected of it."""

    model_config = shows(**OFFERED)

    customers: int
    share: float = Field(description="of all customers who are there; 0 where nobody is")
    profit: Interval = Field(
        description="expected by the assumptions; the 95 % interval takes the probabilities as right (calibrated), the "
        "assumptions as given and customers as independent, each leaving or not, accepting or not (sum of independent "
        "outcomes, normal approximation); it is the luck of one campaign, not the doubt about the assumptions"
    )
    expected_leavers: float = Field(description="among those who are offered something")


class Point(Offered):
    """Offers to everybody whose probability is strictly above a threshold."""

    model_config = shows(**OFFERED, threshold=0.3441725986)

    threshold: float


class Curve(Told):
    """Expected profit by threshold, over everybody's last known score; who has left is not in it."""

    model_config = shows(
        total=7043,
        words="assumed, not measured: an offer to each of 2,012 customers above the champion's threshold of 0.34 is "
        "expected to bring 31,210",
    )

    assumptions: Assumed
    total: int = Field(description="customers who are there")
    points: list[Point] = Field(description="one for each 200th, the lowest first")
    best: Point = Field(description="the point of the largest profit; of several the highest threshold")
    champion: Point = Field(description="at the threshold of the model that serves now, exactly")
    rule: Offered = Field(description="an offer to each customer for whom it is worth more than it costs")
    everybody: Offered
    words: str
