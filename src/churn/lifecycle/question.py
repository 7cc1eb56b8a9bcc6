"""A question about versions, as a person spells it; read here, so that no part of it reaches a store."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from churn.errors import SearchError

Kind = Literal["metrics", "tags", "marks"]
MARKS = ("version", "created", "digest", "alias", "gate", "retired")
KEY = r"""(?:(?P<kind>metrics?|tags?)\.)?(?P<name>`[^`]*`|"[^"]*"|[A-Za-z_][\w./-]*)"""
CONDITION = re.compile(
    rf"""\s*{KEY}\s*(?P<sign>!=|>=|<=|=|>|<|\bi?like\b)\s*"""
    r"""(?P<value>'[^']*'|"[^"]*"|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w.])|true\b|false\b)\s*(?P<more>\band\b|$)""",
    re.IGNORECASE,
)
BOUND = re.compile(r"\s*(?P<name>[^\s<>=!]+)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?P<value>\S+)\s*$")
ORDER = re.compile(rf"\s*{KEY}(?:\s+(?P<way>asc|desc))?\s*$", re.IGNORECASE)
SPELLING = """spell it as in: metrics.roc_auc > 0.84 and tags.family = "scorecard" and retired = false"""


@dataclass(frozen=True)
class Key:
    """What is asked about: a metric, a tag, or a mark of the version itself."""

    kind: Kind
    name: str

    @property
    def words(self) -> str:
        """Spell it as it was asked."""
        return self.name if self.kind == "marks" else f"{self.kind}.{self.name}"


@dataclass(frozen=True)
class Condition:
    """One condition; a number is compared as one, all else as text."""

    key: Key
    sign: str
    value: float | str


@dataclass(frozen=True)
class Question:
    """All conditions have to hold; then ordered, and cut at `limit`."""

    conditions: tuple[Condition, ...]
    order: Key
    falling: bool
    limit: int


def question(asked: str, tags: Sequence[str], metrics: Sequence[str], order: str, limit: int) -> Question:
    """Read a filter, and the conditions given apart from it. Raises SearchError."""
    conditions = [*_conditions(asked), *map(_tag, tags), *map(_metric, metrics)]
    found = ORDER.match(order)
    if found is None:
        raise SearchError(f"cannot order by {order!r}; spell it as in: metrics.log_loss asc")
    key = _key(found)
    return Question(tuple(conditions), key, (found["way"] or "asc").lower() == "desc", limit)


def _conditions(asked: str) -> list[Condition]:
    conditions: list[Condition] = []
    at, more = 0, bool(asked.strip())
    while more:
        found = CONDITION.match(asked, at)
        if found is None:
            raise SearchError(f"cannot read the condition at {asked[at:].strip()[:60]!r}; {SPELLING}")
        conditions.append(_condition(_key(found), found["sign"].lower(), found["value"]))
        at, more = found.end(), bool(found["more"])
    return conditions


def _key(found: re.Match[str]) -> Key:
    name = found["name"].strip('`"')
    if found["kind"]:
        return Key("metrics" if found["kind"].lower().startswith("metric") else "tags", name)
    if name not in MARKS:
        raise SearchError(f"{name!r} is neither metrics.NAME nor tags.NAME, nor one of {', '.join(MARKS)}")
    return Key("marks", name)


def _condition(key: Key, sign: str, value: str) -> Condition:
    quoted = value[0] in "'\""
    numeric = key.kind == "metrics" or key.name == "version"
    if numeric and (quoted or value.lower() in {"true", "false"} or "like" in sign):
        raise SearchError(f"{key.words} is a number; compare it with one, by = != > >= < <= (found {sign} {value})")
    if numeric:
        return Condition(key, sign, float(value))
    if sign not in {"=", "!=", "like", "ilike"} and key.name != "created":
        raise SearchError(f"{key.words} is text; compare it by = != like ilike (found {sign})")
    return Condition(key, sign, value[1:-1] if quoted else value.lower())


def _tag(given: str) -> Condition:
    name, equals, value = given.partition("=")
    if not (name.strip() and equals):
        raise SearchError(f"--tag {given!r}: spell it NAME=VALUE, as in --tag family=scorecard")
    return Condition(Key("tags", name.strip().removeprefix("tags.")), "=", value.strip())


def _metric(given: str) -> Condition:
    found = BOUND.match(given)
    try:
        value = float(found["value"]) if found else float("nan")
    except ValueError:
        value = float("nan")
    if found is None or value != value:  # noqa: PLR0124  only a NaN differs from itself
        raise SearchError(f"--metric {given!r}: spell it NAME, a sign and a number, as in --metric 'roc_auc > 0.84'")
    return Condition(Key("metrics", found["name"].removeprefix("metrics.")), found["sign"], value)
