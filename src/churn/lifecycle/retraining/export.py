"""The ledger's mature windows become labelled batches to learn from, its newest window the batch to judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from churn.errors import RetrainingError
from churn.lifecycle.decision import kept, spans
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.retraining import batch, windows
from churn.lifecycle.retraining.contamination import learnable
from churn.lifecycle.retraining.windows import Window
from churn.stores import tables
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.queries import cohort

INCOMING, CURRENT = Path("data/incoming"), Path("data/current")
LOOKED_BACK = 24
"""Windows that are looked at, so that a first export of an old ledger ends."""


@dataclass(frozen=True)
class Order:
    """What to export: of which purpose, at which time, in windows of so many days; `again` writes all anew."""

    purpose: str
    now: int
    window_days: int
    horizon_days: int
    min_known: float
    again: bool = False


@dataclass
class Exported:
    """The batches that are there now, oldest first, and what is said of every window that was looked at."""

    labelled: list[Path] = field(default_factory=list)
    current: list[Path] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: Decision | None = None
    """The newest decision to train, as long as nobody has done it: it travels with the batches to whoever trains."""

    @property
    def branch(self) -> str:
        """Name the branch that holds the newest batch."""
        newest = max([*self.labelled, *self.current], key=lambda path: path.name)
        return f"data/{newest.name[: len('2026-01-31')]}"


async def export(ledger: Ledger, order: Order, root: Path = Path()) -> Exported:
    """Write the batches that are missing. Raises LedgerError; a window that cannot be learnt from is told and left."""
    await ledger.catch_up()
    first = await ledger.read(cohort.oldest, order.purpose)
    done = Exported()
    if first is None:
        done.said.append(f"nobody was scored for {order.purpose}: there is nothing to export")
        return done
    past = await kept.past(ledger, order.purpose, order.now)
    done.asked = kept.open_(past, order.now)
    ripe = windows.mature(first, order.now, order.window_days, order.horizon_days)[-LOOKED_BACK:]
    for window in ripe:
        await _labelled(ledger, order, window, spans.quarantined(past), root, done)
    for window in windows.complete(first, order.now, order.window_days)[-1:]:
        await _current(ledger, order, window, root, done)
    if not ripe:
        done.said.append(f"no window is mature: outcomes are known {order.horizon_days} days after its end")
    return done


async def _labelled(
    ledger: Ledger, order: Order, window: Window, aside: Sequence[spans.Span], root: Path, done: Exported
) -> None:
    path = batch.named(INCOMING, window, order.purpose)
    if spans.within(window.since, window.until, aside):
        done.gone.append(path)
        done.said.append(f"{path}: not exported, the window was set aside (`churn decisions` says why)")
        return
    if _there(root / path) and not order.again:
        done.labelled.append(path)
        return
    try:
        words = await _write(ledger, order, window, root / path)
    except RetrainingError as fault:
        done.said.append(f"{path}: not exported: {fault}")
        return
    if words:
        done.labelled.append(path)
        done.said.append(f"{path}: {words}")


async def _write(ledger: Ledger, order: Order, window: Window, path: Path) -> str:
    """Write a labelled batch; say nothing where nobody was scored. Raises RetrainingError: nothing is to be learnt."""
    members = await ledger.read(cohort.cohort, order.purpose, window.since, window.until, order.horizon_days)
    if not members:
        return ""
    found = learnable(members)
    if found.known < order.min_known:
        raise RetrainingError(
            f"{found.known:.0%} of the outcomes that are due are known, {order.min_known:.0%} are needed: "
            "leavers are often told before stayers; a later export writes it"
        )
    rows = await ledger.read(lambda connection: list(cohort.inputs(connection, found.members)))
    tables.write_table(batch.labelled(found, rows, window), path)
    return found.words


async def _current(ledger: Ledger, order: Order, window: Window, root: Path, done: Exported) -> None:
    path = batch.named(CURRENT, window, order.purpose)
    if _there(root / path) and not order.again:
        done.current.append(path)
        return
    members = await ledger.read(cohort.cohort, order.purpose, window.since, window.until, order.horizon_days)
    rows = await ledger.read(lambda connection: list(cohort.inputs(connection, members)))
    if rows:
        tables.write_table(batch.unlabelled(rows), root / path)
        done.current.append(path)
        done.said.append(f"{path}: {len(rows):,} customers to judge")


def _there(path: Path) -> bool:
    """Tell whether a batch is here, or its pointer is."""
    return path.exists() or path.with_name(path.name + ".dvc").exists()
