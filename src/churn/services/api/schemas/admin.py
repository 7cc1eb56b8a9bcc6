"""What an administrator asks of this host's sync."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from churn.services.api.schemas.told import FARTHEST, PLAIN, Told, shows

Why = Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN, description="the reason; it is kept")]


class RollbackGiven(BaseModel):
    """Why the champion before this one shall answer again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"why": "version 2 calls too many"}})

    why: Why


class PinGiven(RollbackGiven):
    """Which version this host shall serve, whatever the alias says."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"version": 1, "why": "incident 12"}})

    version: int = Field(ge=1, le=FARTHEST, strict=True)


class Asked(Told):
    """What was asked and what sync answered; `done` is false while it has not."""

    model_config = shows(
        request_id="0198f0c3a1b25f0e-9d7c6b5a", done=True, ok=True, version=1, words="version 1 is served", details={}
    )

    request_id: str
    done: bool
    ok: bool | None = None
    version: int | None = None
    words: str
    details: dict[str, Any] = Field(default_factory=dict)
