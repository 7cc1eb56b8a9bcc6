"""How the service itself does: requests, their speed, and how much is scored."""

from pydantic import Field

from churn.services.api.schemas.told import Asked, Moment, Purpose, Told, Version, shows


class ServiceAsked(Asked):
    """For how many days back the scores are counted; requests are counted since the service started."""

    days: int = Field(30, ge=1, le=366)
    purpose: Purpose = "production"


class RouteLatency(Told):
    """How fast one route answered, in milliseconds; read from a histogram, so between its bounds it is a guess."""

    model_config = shows(route="/predict", count=1503, p50=1.9, p95=4.4, p99=8.7, slowest_bound=10000.0, slower=0)

    route: str
    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    slowest_bound: float = Field(description="milliseconds up to which the histogram tells times apart")
    slower: int = Field(description="requests that took longer; a quantile among them is told as that bound")


class DayOfVolume(Told):
    """Customers with an id who were scored on one day by one version, in requests; scored files are not counted."""

    model_config = shows(day="2026-05-01", model_version=1, scores=1503, refused=0)

    day: str
    model_version: Version | None = Field(description="null for cells of requests of which nothing was scored")
    scores: int
    refused: int = Field(description="refused cells: a row may break the contract in several")


class ServiceFigures(Told):
    """Figures of all workers together since the service started, and what the ledger counted day by day."""

    model_config = shows(
        since="2026-05-01T08:00:00Z", workers=2, requests=1550, errors=0, refused_rows=3,
        words="1,550 requests since the service started, 0 of them failed by a fault of ours",
    )  # fmt: skip

    since: Moment | None = Field(description="when the first worker began to count; null where it is not known")
    workers: int
    requests: int
    errors: int = Field(description="requests answered with a status of 500 or more")
    refused_rows: int = Field(description="counted once for each column that was refused")
    words: str
    latency: list[RouteLatency]
    volume: list[DayOfVolume] = Field(description="oldest first; a day without scores or refusals is left out")
