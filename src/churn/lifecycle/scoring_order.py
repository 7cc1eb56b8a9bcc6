"""What `churn score` is asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Order:
    """What to score and how; without `version` by the champion, without `master` on this machine alone."""

    path: Path
    out: Path
    rejects: Path
    version: int | None = None
    purpose: str = "production"
    ignore: tuple[str, ...] = ()
    force: bool = False
    ledger: bool = True
    master: str | None = None
