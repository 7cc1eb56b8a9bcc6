"""What the drift stage found, as it stands in drift.json."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

DIGITS = 10
Rounded = Annotated[float, AfterValidator(lambda value: round(value, DIGITS))]
State = Literal["drift", "no_drift", "unknown"]


class ColumnReading(BaseModel):
    """One column: how far it went, whether that counts, and what happened; `moved` is None where nobody can tell."""

    model_config = ConfigDict(frozen=True)

    column: str
    kind: str
    method: str
    distance: Rounded | None
    threshold: float
    weight: Rounded
    moved: bool | None
    words: str
    faults: list[str]


class Batch(BaseModel):
    """The batch that was judged; `extra` are its columns that the contract does not spell, which were left out."""

    model_config = ConfigDict(frozen=True)

    file: str | None
    rows: int
    extra: list[str]


class Reading(BaseModel):
    """Whether the newest batch drifted, and why; the same tables give the same reading, byte for byte."""

    model_config = ConfigDict(frozen=True)

    state: State
    retrain: bool
    reason: str
    summary: str
    batch: Batch | None
    reference_rows: int
    weight_moved: Rounded
    min_weight: float
    faults: list[str]
    columns: list[ColumnReading]
