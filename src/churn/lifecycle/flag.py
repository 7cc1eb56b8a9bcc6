"""Whether a run of the workflow retrains: drift, the decision that came with a batch, the calendar, or a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from churn.errors import CloneError, TableError
from churn.stores import files
from churn.stores.clone import Clone

NAMES = ("Churn-Decision", "Churn-Why")
TRAILER = "%(trailers:key={},valueonly,separator= )"


@dataclass(frozen=True)
class Asked:
    """What started the run: the event's name, and what a person who started it said."""

    event: str
    by_hand: bool = False
    why: str = ""


@dataclass(frozen=True)
class Decided:
    """What monitoring decided about the batch, as the commit that brought it tells: a runner has no ledger."""

    action: str
    words: str


@dataclass(frozen=True)
class Flag:
    """Whether to retrain, and why; what nobody can tell is no."""

    retrain: bool
    why: str

    @property
    def lines(self) -> str:
        """Spell it as outputs of a step: a line each, whatever the reason holds."""
        return f"retrain={str(self.retrain).lower()}\nwhy={' '.join(self.why.split())}\n"


def flag(asked: Asked, reading: Any, decision: Decided | None = None) -> Flag:
    """Decide by the drift stage's reading and by the decision that the exported batch carries, if it carries one.

    A data fault comes before everything but a person: from broken data nothing is to be learnt.
    """
    if asked.by_hand:
        return Flag(True, f"asked for by hand: {asked.why.strip() or 'nobody said why'}")
    if not isinstance(reading, Mapping):
        return Flag(False, "unknown: there is no reading of drift")
    told = str(reading.get("summary", "unknown"))
    if reading.get("kind") == "data_fault":
        return Flag(False, f"a fault in the data, to be mended first: {told}")
    if decision is not None and decision.action == "retrain":
        return Flag(True, f"decided: {decision.words}")
    if asked.event == "schedule":
        return Flag(True, f"on schedule; {told}")
    return Flag(reading.get("retrain") is True, told)


def read(path: Path) -> Any:
    """Read a report that may be missing or torn; then it tells nothing."""
    try:
        return files.read_json_if_any(path)
    except (TableError, OSError):
        return None


def decided(event: str, root: Path = Path()) -> Decided | None:
    """Read the decision that the pushed commit carries; only a push brings one, an older commit's is over and done."""
    if event != "push":
        return None
    try:
        action, why = (Clone(root).git("log", "-1", f"--format={TRAILER.format(name)}") for name in NAMES)
    except CloneError:
        return None
    return Decided(action, why) if action else None


def tell(found: Flag, to: Path | None) -> None:
    """Append the flag to the file of a step's outputs, where there is one."""
    if to:
        with to.open("a", encoding="utf-8") as outputs:
            outputs.write(found.lines)
