"""What needs somebody's eyes, and how urgently."""

from typing import Literal

from pydantic import Field

from churn.services.api.schemas.told import Moment, Page, Paged, Told, shows

Severity = Literal["low", "medium", "high", "critical"]


class AlertsAsked(Paged):
    """How far back closed alerts are told, and how grave ones."""

    days: int = Field(30, ge=0, le=3650)
    severity: list[Severity] = Field(
        default_factory=list, max_length=4, description="only alerts of these severities; may be given again"
    )


class AlertTold(Told):
    """One alert; open while `resolved_at` is null."""

    model_config = shows(
        id="0198f0c3a1b25f0e9d7c6b5a4f3e", kind="model_refused", severity="high",
        words="version 2 was refused: its golden rows do not come out as they should; version 1 goes on answering",
        times=1,
    )  # fmt: skip

    id: str
    kind: str
    severity: Severity
    words: str
    raised_at: Moment
    last_at: Moment
    times: int
    resolved_at: Moment | None = Field(examples=[None])


class AlertsPage(Page):
    """One page of alerts, open ones first."""

    open: int = Field(examples=[1])
    alerts: list[AlertTold]
