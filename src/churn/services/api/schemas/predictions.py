"""Why a prediction was made."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Moment, Told


class ReplayTold(Told):
    """The same customer through the same model, now."""

    exact: bool
    words: str
    difference: float | None = Field(None, description="of the probabilities, now less then: 0.0 when exact")
    answer: dict[str, Any] | None = None


class Why(Told):
    """What was asked and answered, by which model, made of what; and the same again."""

    prediction_id: str
    record_id: str
    row: int
    at: Moment
    door: str
    purpose: str
    inputs: dict[str, Any] | None = Field(description="null for a file's row: see `words`")
    answer: dict[str, Any] | None
    model_version: int
    model_digest: str
    run: str | None = None
    data_digest: str | None = None
    code_digest: str | None = None
    params_digest: str | None = None
    contract_digest: str | None = None
    git_commit: str | None = None
    caller: str
    request_id: str
    input_digest: str | None = None
    output_digest: str | None = None
    origin: dict[str, Any] | None = Field(None, description="where a scored file was")
    words: str
    replay: ReplayTold
