"""What the drift stage found, as it stands in drift.json."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

DIGITS = 10
Rounded = Annotated[float, AfterValidator(lambda value: round(value, DIGITS))]
State = Literal["drift", "no_drift", "unknown"]
Kind = Literal["data_fault", "mix", "behaviour"]


class ColumnReading(BaseModel):
    """One column: how far it went, whether that counts, and what happened; `moved` is None where nobody can tell.

    `p_value` is the share of clean batches in which this column goes as far, `family_p_value` that in which any column
    judged with it does.
    """

    model_config = ConfigDict(frozen=True)

    column: str
    kind: str
    method: str
    distance: Rounded | None
    threshold: Rounded | None
    p_value: Rounded | None
    family_p_value: Rounded | None
    weight: Rounded
    moved: bool | None
    words: str
    faults: list[str]


class RelationReading(BaseModel):
    """Whether customers of the same group churn as often as in the reference; known only of a batch with outcomes."""

    model_config = ConfigDict(frozen=True)

    within: str | None
    distance: Rounded | None
    threshold: Rounded | None
    family_p_value: Rounded | None
    moved: bool | None
    words: str


class Calibrated(BaseModel):
    """How the thresholds were found: `rate` of clean batches of this size alarm."""

    model_config = ConfigDict(frozen=True)

    rate: float
    draws: int
    seed: int
    drawn_from: int
    played_batch: int
    compared_reference: int
    compared_batch: int
    words: str


class Batch(BaseModel):
    """The batch that was judged; `extra` are its columns that the contract does not spell, which were left out."""

    model_config = ConfigDict(frozen=True)

    file: str | None
    rows: int
    extra: list[str]


class Reading(BaseModel):
    """Whether the newest batch drifted, and why; the same tables give the same reading, byte for byte.

    `kind` says what it looks like. A data fault never asks for retraining: from broken data nothing is to be learnt.
    """

    model_config = ConfigDict(frozen=True)

    state: State
    kind: Kind | None
    retrain: bool
    reason: str
    summary: str
    batch: Batch | None
    reference_rows: int
    weight_moved: Rounded
    min_weight: float
    calibration: Calibrated | None
    faults: list[str]
    relation: RelationReading
    columns: list[ColumnReading]
