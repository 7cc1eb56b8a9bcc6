"""What needs somebody's eyes, and how urgently; who looks after it, and who was told."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from churn.services.api.schemas.told import PLAIN, Asked, Moment, Page, Paged, Purpose, Told, shows

Severity = Literal["low", "medium", "high", "critical"]
AlertState = Literal["open", "acknowledged", "resolved"]
SENT_AT = "2026-05-01T08:00:02Z"


class AlertsAsked(Paged):
    """How far back resolved alerts are told, and how grave ones."""

    days: int = Field(30, ge=0, le=3650)
    severity: list[Severity] = Field(
        default_factory=list, max_length=4, description="only alerts of these severities; may be given again"
    )
    purpose: Purpose = "production"


class AlertAsked(Asked):
    """Whose alert it is."""

    purpose: Purpose = "production"


class AlertTaken(BaseModel):
    """Who acts, where that is another than the key's name says, and what is kept beside the alert."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"who": "ann", "note": "looking at it"}})

    who: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)] | None = None
    note: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)] | None = None


class DeliveryTold(Told):
    """One message about an alert through one channel; `failed` is tried again, `given_up` is not."""

    model_config = shows(channel="mail", event="raised-high", state="sent", at=SENT_AT, tries=1, fault=None)

    channel: str
    event: str
    state: Literal["sent", "failed", "given_up"]
    at: Moment
    tries: int
    fault: str | None


class AlertTold(Told):
    """One alert; open until somebody acknowledges it or it is over."""

    model_config = shows(
        id="0198f0c3a1b25f0e9d7c6b5a4f3e", kind="model_refused", severity="high", state="open", purpose="production",
        words="version 2 was refused: its golden rows do not come out as they should; version 1 goes on answering",
        times=1, title="A promoted model is not fit to answer, the old one goes on", owner="on-call",
        first="Read why it was refused; roll back, so that registry and service say the same.",
        runbook="monitoring/runbooks/service.md#model_refused", acknowledged_by=None, resolved_by=None, note=None,
    )  # fmt: skip

    id: str
    kind: str
    severity: Severity
    state: AlertState
    purpose: Purpose
    words: str
    title: str
    first: str = Field(description="what to do first")
    owner: str
    runbook: str = Field(description="file and section in the repository that say what to do")
    raised_at: Moment
    last_at: Moment
    times: int
    acknowledged_at: Moment | None = Field(examples=[None])
    acknowledged_by: str | None
    resolved_at: Moment | None = Field(examples=[None])
    resolved_by: str | None
    note: str | None
    deliveries: list[DeliveryTold] = Field(description="who was told; none where no channel is set up")


class AlertsPage(Page):
    """One page of alerts, open ones first."""

    open: int = Field(examples=[1], description="alerts that are not resolved")
    alerts: list[AlertTold]
