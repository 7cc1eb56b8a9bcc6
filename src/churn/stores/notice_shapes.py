"""What a notice must look like to be believed: files on a disk can be torn, edited, or written by another program."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

DEEPEST = 24
"""Levels of nesting; the deepest notice has eight."""


class Shape(BaseModel):
    """A part of a notice; what more it holds is not looked at."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=())


class Status(Shape):
    """How sync stands."""

    registry: str | None = None
    words: str = ""
    pid: int | None = None
    refused: dict[str, Any] | None = None


class Verdict(Shape):
    """What the gate said."""

    checks: list[dict[str, Any]] = []


class Retirement(Shape):
    """Who took a version out of use, when and why."""

    when: str
    who: str
    why: str
    words: str


class Version(Shape):
    """One version of the model."""

    number: int
    digest: str
    family: str
    run: str
    created: str | None
    aliases: list[str]
    metrics: dict[str, float | None]
    verdict: Verdict | None
    tags: dict[str, str]
    retired: Retirement | None = None


class Promotion(Shape):
    """One move of the alias."""

    number: int
    when: str
    who: str
    action: str
    from_version: int | None
    to_version: int
    why: str
    model_digest: str
    ending: str | None
    ended: str | None
    fault: str | None


class Training(Shape):
    """One training."""

    id: str
    name: str
    status: str
    start: str | None
    end: str | None
    params: dict[str, str]
    metrics: dict[str, float | None]
    tags: dict[str, str]
    candidates: list[dict[str, Any]]


class Experiment(Shape):
    """One experiment."""

    name: str
    trainings: list[Training]


class Registry(Shape):
    """What the registry held."""

    model: str
    aliases: dict[str, int]
    versions: list[Version]
    promotions: list[Promotion]
    experiments: list[Experiment]


def shallow(content: Any, left: int = DEEPEST) -> bool:
    """Tell whether nothing is nested deeper than any notice is."""
    if not isinstance(content, dict | list):
        return True
    inner: Iterable[Any] = content.values() if isinstance(content, dict) else content
    return left > 0 and all(shallow(one, left - 1) for one in inner)


def fits(notice: dict[str, Any], shape: type[Shape]) -> bool:
    """Tell whether a notice has this shape."""
    try:
        shape.model_validate(notice)
    except ValidationError:
        return False
    return True
