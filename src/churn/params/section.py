"""What every section of params.yaml shares: frozen, no unknown key, no value out of range."""

import hashlib
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from churn.errors import ParamsError

Share = Annotated[float, Field(ge=0, le=1)]
Money = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Section(BaseModel):
    """A section of params.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


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
