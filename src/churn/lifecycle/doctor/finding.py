"""What one look found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from churn.errors import ChurnError

State = Literal["ok", "off", "unknown", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `off` is not in use here, `unknown` could not be looked at and is never well."""

    name: str
    state: State
    words: str
    cure: str = ""

    @property
    def line(self) -> str:
        """Say it, with the cure below it."""
        head = f"{self.state:<8} {self.name:<14} {self.words}"
        return f"{head}\n{'':<24}cure: {self.cure}" if self.cure else head


Look = Callable[[], Finding]


def ok(name: str, words: str) -> Finding:
    """Say that all is well."""
    return Finding(name, "ok", words)


def off(name: str, words: str, cure: str = "") -> Finding:
    """Say that it is not in use here."""
    return Finding(name, "off", words, cure)


def fault(name: str, words: str, cure: str) -> Finding:
    """Say what is wrong, and what to do."""
    return Finding(name, "fault", words, cure)


def looked(name: str, look: Look, cure: str) -> Finding:
    """Look, and say so where that was not possible; what our own code refused carries its advice in its words."""
    try:
        return look()
    except ChurnError as refusal:
        return fault(name, str(refusal), cure)
    except Exception as unforeseen:  # noqa: BLE001  a look that breaks must not end the others, and is not well
        return Finding(name, "unknown", f"could not be looked at: {type(unforeseen).__name__}: {unforeseen}", cure)
