"""Why a prediction was made."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Commit, Digest, Moment, Run, Told, Version, shows
from churn.services.api.spelling import ANSWER, EXAMPLE


class ReplayTold(Told):
    """The same customer through the same model, now."""

    model_config = shows(
        exact=True, words="the same model gives the same answer, to the last bit", difference=0.0, answer=ANSWER
    )

    exact: bool
    words: str
    difference: float | None = Field(None, description="of the probabilities, now less then: 0.0 when exact")
    answer: dict[str, Any] | None = None


class Why(Told):
    """What was asked and answered, by which model, made of what; and the same again."""

    model_config = shows(
        prediction_id=ANSWER["prediction_id"],
        record_id=ANSWER["prediction_id"],
        row=0,
        door="predict",
        purpose="production",
        inputs=EXAMPLE,
        answer=ANSWER,
        caller="crm",
        request_id="0198f0c3a1b24d1cf6b416503a17",
        words="version 1 answered crm through predict for production",
    )

    prediction_id: str
    record_id: str
    row: int
    at: Moment
    door: str
    purpose: str
    inputs: dict[str, Any] | None = Field(description="null for a file's row: see `words`")
    answer: dict[str, Any] | None
    model_version: Version
    model_digest: Digest
    run: Run | None = None
    data_digest: Digest | None = None
    code_digest: Digest | None = None
    params_digest: Digest | None = None
    contract_digest: Digest | None = None
    git_commit: Commit | None = None
    caller: str
    request_id: str
    input_digest: str | None = None
    output_digest: str | None = None
    origin: dict[str, Any] | None = Field(None, description="where a scored file was")
    words: str
    replay: ReplayTold
