"""What a check says of one artefact."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How it ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Row:
    """One artefact: what was really run of it, how that ended, and what could not be run here and why."""

    artefact: str
    ran: str
    result: Result
    words: str = ""
    """What was seen: figures where it passed, the fault where it failed, the reason where it was not run."""


def passed(artefact: str, ran: str, words: str = "") -> Row:
    """Say that it held."""
    return Row(artefact, ran, Result.PASSED, words)


def failed(artefact: str, ran: str, words: str) -> Row:
    """Say that it did not hold, and what was seen instead."""
    return Row(artefact, ran, Result.FAILED, words)


def not_run(artefact: str, words: str) -> Row:
    """Say what this machine cannot run, and why."""
    return Row(artefact, "", Result.NOT_RUN, words)


def judged(artefact: str, ran: str, faults: list[str], words: str = "") -> Row:
    """Say that it held if there are no faults."""
    return failed(artefact, ran, "; ".join(faults)) if faults else passed(artefact, ran, words)
