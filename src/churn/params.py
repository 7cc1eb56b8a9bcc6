"""params.yaml, one frozen model a section; an unknown key or a value out of range is refused."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from churn.errors import ParamsError

Share = Annotated[float, Field(ge=0, le=1)]
Money = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Section(BaseModel):
    """A section of params.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(Section):
    """A built-in source: a file named by an environment variable, a CSV over HTTPS, or a wheel of the package index."""

    kind: Literal["environment", "https", "wheel"]
    at: str
    sha256: Sha256


class Ingest(Section):
    """Where the raw table comes from."""

    sources: list[Source] = Field(min_length=1)
    uri: str | None
    query: str | None
    sha256: Sha256 | None
    timeout_seconds: Count


class Prepare(Section):
    """How rows are chosen, split and weighted."""

    test_share: Annotated[float, Field(gt=0, lt=1)]
    seed: Annotated[int, Field(ge=0)]
    reference_rows: Count
    period: Literal["week", "month", "quarter"]
    window: Count | None
    half_life: Positive | None
    ignore: list[str]

    @property
    def split(self) -> dict[str, float]:
        """Give what tells training rows from test rows."""
        return {"seed": self.seed, "test_share": self.test_share}


class Validate(Section):
    """How much disorder stops the run."""

    max_quarantined: Share
    min_rows: Count
    min_class_share: Annotated[float, Field(ge=0, le=0.5)]
    max_contradictory: Share
    leak_auc: Annotated[float, Field(gt=0.5, le=1)]


class NumberDistance(Section):
    """A distance between numbers by its Evidently name, and the value from which a column counts as moved."""

    method: Literal["wasserstein", "jensenshannon", "psi", "hellinger", "kl_div"]
    threshold: Positive


class CategoryDistance(Section):
    """A distance between categories by its Evidently name, and the value from which a column counts as moved."""

    method: Literal["jensenshannon", "psi", "hellinger", "kl_div"]
    threshold: Positive


class Drift(Section):
    """When a batch counts as drifted."""

    number: NumberDistance
    category: CategoryDistance
    min_rows: Count
    max_missing: Share
    min_weight: Annotated[float, Field(gt=0, le=1)]


class Train(Section):
    """Which candidates compete, and how they are compared."""

    seed: Annotated[int, Field(ge=0)]
    folds: Annotated[int, Field(ge=2)]
    repeats: Count
    jobs: Count
    parity: Positive
    candidates: dict[str, dict[str, list[int | float | str]]] = Field(min_length=1)


class Campaign(Section):
    """What an offer costs and brings; amounts in the currency of the contract's monthly value. All assumed."""

    months: Positive
    margin: Share
    offer: Money
    contact: Money
    acceptance: Share
    horizon_days: Count
    tiers: dict[str, Share] = Field(min_length=1)

    @model_validator(mode="after")
    def _tiers_rise_from_zero(self) -> "Campaign":
        bounds = list(self.tiers.values())
        if bounds[0] != 0 or bounds != sorted(set(bounds)):
            raise ValueError("tiers: lower bounds must rise, the first being 0")
        return self


class Evaluate(Section):
    """How results are measured."""

    seed: Annotated[int, Field(ge=0)]
    draws: Annotated[int, Field(ge=100)]
    bins: Annotated[int, Field(ge=2)]


class Gate(Section):
    """What a challenger must show."""

    min_roc_auc: Share
    max_log_loss: Positive
    min_calibration_slope: Positive
    max_calibration_slope: Positive
    min_rows: Count
    level: Annotated[float, Field(gt=0.5, lt=1)]
    profit_margin: Money
    draws: Annotated[int, Field(ge=100)]
    seed: Annotated[int, Field(ge=0)]


class Register(Section):
    """Under which name versions are kept."""

    model: Annotated[str, Field(pattern="^[^/:]+$")]
    experiment: Annotated[str, Field(min_length=1)]


S = TypeVar("S", bound=Section)


def load(section: type[S], path: Path = Path("params.yaml")) -> S:
    """Read the section of `path` that belongs to this model; the name is the model's own, in lower case."""
    name = section.__name__.lower()
    if not path.exists():
        raise ParamsError(f"no {path} here; run this in the project's top folder")
    try:
        everything = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise ParamsError(f"{path} cannot be read: {fault}") from fault
    if not isinstance(everything, dict) or name not in everything:
        raise ParamsError(f"{path} has no section `{name}:`; add it (the default file of the project has one)")
    try:
        return section.model_validate(everything[name])
    except ValidationError as fault:
        raise ParamsError(_sentences(path, name, fault)) from fault


def digest(*sections: BaseModel) -> str:
    """Digest the values of these sections (sha256, hexadecimal)."""
    return hashlib.sha256("\n".join(section.model_dump_json() for section in sections).encode()).hexdigest()


def _sentences(path: Path, name: str, fault: ValidationError) -> str:
    lines = [f"{path}: {len(fault.errors())} wrong value(s) in section `{name}`:"]
    for error in fault.errors():
        key = ".".join(map(str, (name, *error["loc"])))
        lines.append(f"  {key}: {error['msg']} (found {error['input']!r})")
    return "\n".join(lines)
