"""All customers together, paged, sorted and added up by the service; versions and trainings."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from churn.services.api.schemas.customers import CustomersPage, Sort
from churn.services.api.schemas.portfolio import Portfolio
from churn.services.api.schemas.told import Purpose
from churn.services.api.schemas.trials import TrialsPage
from churn.services.api.schemas.versions import Comparison, ExperimentsPage, VersionsPage
from churn.services.client.call import Call, get, part


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the pipeline; `served`: it speaks of the model that answers now; None if it names no model."""

    content: bytes = field(repr=False)
    media: str
    model_digest: str | None
    served: bool | None

    def json(self) -> Any:
        """Read it as JSON."""
        return json.loads(self.content)


def customers(  # noqa: PLR0913  the service filters by so many things
    *, sort: Sort = "-expected_value", tier: str | None = None, offer: bool | None = None,
    min_probability: float | None = None, left: bool = False, segment: tuple[str, ...] = (), limit: int = 50,
    offset: int = 0, purpose: Purpose = "production",
) -> Call[CustomersPage]:  # fmt: skip
    """Page through customers and their last known scores; a segment is spelt `Contract:Two year`."""
    return get(
        "/customers", CustomersPage, sort=sort, tier=tier, offer=offer, min_probability=min_probability,
        left=left, segment=segment, limit=limit, offset=offset, purpose=purpose,
    )  # fmt: skip


def portfolio(*, days: int = 30, purpose: Purpose = "production") -> Call[Portfolio]:
    """Sum up all customers, and what moved in so many days."""
    return get("/portfolio", Portfolio, days=days, purpose=purpose)


def versions(*, limit: int = 50, offset: int = 0) -> Call[VersionsPage]:
    """Page through the model's versions, newest first."""
    return get("/versions", VersionsPage, limit=limit, offset=offset)


def compare(a: int, b: int) -> Call[Comparison]:
    """Put two versions side by side."""
    return get("/versions/compare", Comparison, a=a, b=b)


def experiments(*, experiment: str | None = None, limit: int = 50, offset: int = 0) -> Call[ExperimentsPage]:
    """Page through trainings, newest first."""
    return get("/experiments", ExperimentsPage, experiment=experiment, limit=limit, offset=offset)


def live_experiments(*, limit: int = 50, offset: int = 0, purpose: Purpose = "production") -> Call[TrialsPage]:
    """Page through experiments on real customers, newest first."""
    return get("/experiments/live", TrialsPage, limit=limit, offset=offset, purpose=purpose)


def report(name: str) -> Call[Report]:
    """Fetch a report by its name in the folder of reports: metrics, segments, gate, drift, kpi.html and others."""
    return Call("GET", f"/reports/{part(name)}", Report, reader=_report)


def _report(answer: httpx.Response) -> Report:
    said = answer.headers
    served = {"true": True, "false": False}.get(said.get("x-model-served", ""))
    return Report(answer.content, said.get("content-type", ""), said.get("x-model-digest"), served)
