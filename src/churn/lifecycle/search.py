"""Find versions by what is known of them."""

import difflib
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from churn.errors import SearchError
from churn.lifecycle.question import Condition, Key, Question
from churn.lifecycle.registered_facts import TEST, figures
from churn.lifecycle.snapshot import retirement
from churn.lifecycle.version_tags import VERDICT, read_verdict
from churn.stores.tracking import retirements
from churn.stores.tracking.registry import Registry, Version
from churn.stores.tracking.trainings import moment

SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
LINE = "{:>7}  {:<10} {:<24} {:<8} {:<8}"


@dataclass(frozen=True)
class Known:
    """What is known of one version; a metric that is no finite number is not known."""

    marks: dict[str, Any]
    metrics: dict[str, float]
    tags: dict[str, str]
    retired: dict[str, str] | None

    def get(self, key: Key) -> Any:
        """Give what a key asks for, or None."""
        found: dict[str, dict[str, Any]] = {"metrics": self.metrics, "tags": {**self.tags}, "marks": self.marks}
        return found[key.kind].get(key.name)

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        return self.marks | {"metrics": self.metrics, "tags": self.tags, "retired": self.retired}


@dataclass(frozen=True)
class Found:
    """The versions found in their order, of how many, and for how many a question had no answer."""

    versions: list[Known]
    among: int
    silent: dict[str, int]
    shown: list[Key]

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"among": self.among, "unanswered": self.silent, "versions": [one.plain() for one in self.versions]}

    @property
    def words(self) -> str:
        """Say it as a table, with a line for each thing that some versions do not tell."""
        names = [key.name for key in self.shown]
        head = LINE.format("version", "family", "aliases", "gate", "retired") + "".join(f" {one:>24}" for one in names)
        told = [f"{count} of {self.among} versions do not tell {name}" for name, count in self.silent.items()]
        count = f"{len(self.versions)} of {self.among} versions"
        return "\n".join([*([head] if self.versions else []), *map(self._line, self.versions), *told, count])

    def _line(self, one: Known) -> str:
        marks = one.marks
        known = LINE.format(
            marks["version"], one.tags.get("family", "")[:10], marks["alias"], marks["gate"], marks["retired"]
        )
        return known + "".join(f" {_figure(one.get(key)):>24}" for key in self.shown)


def search(registry: Registry, asked: Question) -> Found:
    """Give the versions of which all conditions hold. Raises SearchError for a name that no version knows."""
    known = _known(registry)
    conditions = [Condition(_named(one.key, known), one.sign, one.value) for one in asked.conditions]
    order = _named(asked.order, known)
    keys = list(dict.fromkeys([*(one.key for one in conditions), order]))
    hits = [one for one in known if all(_holds(one, condition) for condition in conditions)]
    told = [one for one in hits if one.get(order) is not None]
    ranked = sorted(told, key=lambda one: one.get(order), reverse=asked.falling)
    ranked += [one for one in hits if one.get(order) is None]
    silent = {key.words: sum(one.get(key) is None for one in known) for key in keys}
    shown = [key for key in keys if key.kind != "marks" and key != Key("tags", "family")]
    return Found(ranked[: asked.limit], len(known), {name: count for name, count in silent.items() if count}, shown)


def _known(registry: Registry) -> list[Known]:
    aliases, tags = registry.marks()
    retired = retirements.read(tags).standing
    return [_one(registry, version, aliases, retired) for version in registry.versions()]


def _one(registry: Registry, version: Version, aliases: dict[str, int], retired: dict[str, retirements.Deed]) -> Known:
    verdict = read_verdict(version)
    marks = {
        "version": version.number,
        "created": moment(version.created),
        "digest": version.digest,
        "alias": " ".join(f"@{alias}" for alias, number in sorted(aliases.items()) if number == version.number),
        "gate": verdict.state if verdict else "none",
        "retired": "true" if version.digest in retired else "false",
    }
    tags = {name: value for name, value in sorted(version.tags.items()) if name != VERDICT}
    metrics = {name: value for name, value in figures(registry, version).items() if value is not None}
    return Known(marks, metrics, tags, retirement(retired.get(version.digest)))


def _named(key: Key, known: Sequence[Known]) -> Key:
    """Find the full name of a metric or tag; of stage evaluate's figures the short one will do.

    One that no version has is refused: nothing would be found, for no reason.
    """
    if key.kind == "marks" or not known:
        return key
    names = set().union(*(one.metrics if key.kind == "metrics" else one.tags for one in known))
    for name in (key.name, TEST + key.name):
        if name in names:
            return Key(key.kind, name)
    spelt = sorted({name.removeprefix(TEST) for name in names})
    near = difflib.get_close_matches(key.name, spelt, 5) or spelt[:12]
    raise SearchError(f"no version tells {key.words}; {key.kind} that are told: {', '.join(near) or 'none'}")


def _holds(one: Known, asked: Condition) -> bool:
    """Hold a version to a condition; what it does not tell, it does not meet, not even `!=`."""
    value = one.get(asked.key)
    if value is None:
        return False
    if asked.key.name == "alias" and asked.key.kind == "marks" and asked.sign in {"=", "!="}:
        return (f"@{str(asked.value).removeprefix('@')}" in value.split()) == (asked.sign == "=")
    if asked.sign in SIGNS:
        return SIGNS[asked.sign](value, asked.value)
    pattern = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in str(asked.value))
    return bool(re.fullmatch(pattern, str(value), re.DOTALL | (re.IGNORECASE if asked.sign == "ilike" else 0)))


def _figure(value: Any) -> str:
    return "unknown" if value is None else f"{value:,.6g}" if isinstance(value, float) else str(value)[:24]
