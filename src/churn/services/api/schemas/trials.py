"""Two models tried on real customers."""

from typing import Literal

from pydantic import Field

from churn.services.api.schemas.told import Interval, Moment, Page, Paged, Purpose, Told, Version, shows


class TrialsAsked(Paged):
    """Whose customers are meant."""

    purpose: Purpose = "production"


class TrialTold(Told):
    """One experiment: what was declared, whom it met, and, once it is over, what was read.

    Before its end only who was met is told: a look at what came of them would be a test of its own.
    """

    model_config = shows(
        id="0198f0c3a1b25f0e9d7c6b5a4f3e", name="boosting in May", mode="live", state="running", phase="begun",
        who="ann", why="the gate could not tell", share=0.5, figure="money per 1,000 customers", level=0.95,
        test="intent to treat: money a customer came to, adjusted for monthly value and last score before; read once",
        expected_customers=7000, detectable=13400.0, champion_customers=1204, challenger_customers=1187, split_p=0.73,
        words="1,204 customers answered by the champion, 1,187 by the challenger; takes in customers until 2026-05-29",
        outcome=None, effect=None, recommendation=None, champion=1, challenger=2,
    )  # fmt: skip

    id: str
    name: str
    mode: Literal["live", "shadow"]
    state: Literal["running", "ended", "stopped"]
    phase: Literal["begun", "waiting", "readable", "over"]
    words: str
    champion: Version
    challenger: Version
    share: float = Field(description="of customers whom the challenger answers, where it is live")
    who: str
    why: str
    figure: str
    test: str
    level: float = Field(description="of the interval of the figure")
    expected_customers: int | None = Field(description="as many customers as were answered in as long a past")
    detectable: float | None = Field(description="difference that is found in 8 of 10 cases; null where nobody can say")
    begins: Moment
    ends: Moment = Field(description="until when customers are taken in")
    readable: Moment = Field(description="from when it may be read")
    champion_customers: int | None = Field(description="answered by the champion so far; null once it is over")
    challenger_customers: int | None = Field(description="answered by the challenger, or with a shadow, so far")
    split_p: float | None = Field(description="how likely chance alone splits customers so unevenly; null for a shadow")
    outcome: Literal["better", "worse", "alike", "unknown"] | None = Field(description="of the challenger, once read")
    effect: Interval | None = Field(description="the challenger less the champion", examples=[None])
    recommendation: str | None


class TrialsPage(Page):
    """One page of experiments, newest first."""

    experiments: list[TrialTold]
