"""A list of checks, each tried, all told."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from churn.errors import ChurnError, ServiceDown, ServiceError

Doing = Callable[[], str]


class Failed(ChurnError):
    """Say what was not as it should be."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one check."""

    name: str
    ok: bool
    words: str
    seconds: float
    gone: bool = False
    """Whether it failed because nobody answers."""


def expect(fine: bool, words: str) -> None:
    """Go on if all is fine. Raises Failed."""
    if not fine:
        raise Failed(words)


def refused(doing: Callable[[], object], *statuses: int) -> ServiceError:
    """Give the problem with which a request was refused. Raises Failed if it was not, or with another status."""
    try:
        doing()
    except ServiceError as fault:
        if fault.status in statuses:
            return fault
        raise
    raise Failed(f"it was taken; {' or '.join(map(str, statuses))} is right")


def attempt(checks: Mapping[str, Doing]) -> list[Checked]:
    """Try each check; one that fails does not stop the others, unless nobody answers at all."""
    found: list[Checked] = []
    gone = False
    for name, doing in checks.items():
        one = Checked(name, ok=False, words="not tried", seconds=0.0) if gone else _tried(name, doing)
        gone = gone or one.gone
        found.append(one)
    return found


def table(found: list[Checked]) -> str:
    """Spell what became of the checks, one a line."""
    width = max(len(one.name) for one in found)
    lines = [
        f"{'ok  ' if one.ok else 'FAIL'}  {one.name:<{width}}  {1000 * one.seconds:7.0f} ms  {one.words}"
        for one in found
    ]
    wrong = sum(not one.ok for one in found)
    return "\n".join([*lines, f"{len(found) - wrong} of {len(found)} checks passed"])


def settle(found: list[Checked]) -> None:
    """End with an error if a check failed. Raises Failed."""
    wrong = [one.name for one in found if not one.ok]
    if wrong:
        raise Failed(f"{len(wrong)} of {len(found)} checks failed: {', '.join(wrong)}")


def _tried(name: str, doing: Doing) -> Checked:
    began = time.perf_counter()
    fine, gone = False, False
    try:
        words, fine = doing(), True
    except ChurnError as fault:
        words, gone = str(fault), isinstance(fault, ServiceDown)
    return Checked(name, fine, words, time.perf_counter() - began, gone)
