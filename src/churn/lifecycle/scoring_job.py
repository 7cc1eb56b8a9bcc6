"""`churn score`: a table, the model at hand and the ledger, joined so that no answer exists that no record knows."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from churn.errors import TableError
from churn.lifecycle import at_hand, cluster_job, file_job, file_record
from churn.lifecycle.file_record import Asking
from churn.lifecycle.scoring_order import Order
from churn.scoring.files.score import Watch
from churn.scoring.files.tally import Tally
from churn.settings import Settings
from churn.stores.ledger.entries import Write, new_id, now
from churn.stores.ledger.opened import opened


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    order: Order
    record: str
    version: int
    tally: Tally

    @property
    def words(self) -> str:
        """Say it in a line."""
        tally, order = self.tally, self.order
        rejected = f"{tally.rejected:,} rejected (see {order.rejects})" if tally.rejected else "none rejected"
        record = f"record {self.record}" if order.ledger else "not in the ledger"
        return (
            f"{order.out}: {tally.rows:,} rows scored, {rejected}, {tally.offers:,} offers worth "
            f"{tally.expected_value:,.0f}, by version {self.version}, {record}"
        )


def run(order: Order, known: Settings, watch: Watch) -> Done:
    """Score a table. Raises TableError, ModelError, LedgerError, ServiceError; the answers then are as they were."""
    way = cluster_job if order.master else file_job
    way.refuse(order)
    form = way.form(order)
    if order.ledger:
        _keep(known, None)  # a ledger that is away should cost no hour of scoring
    found = at_hand.find(known, order.version)
    engine, asking = at_hand.engine(found), _asking(order, form, known)
    with way.aside(order.out) as draft, _beside(order.rejects) as rejects:
        tally = way.score(order, found, engine, draft, rejects, asking.record, watch)
        if order.ledger:
            write = file_record.entry(asking, tally, engine)
            _keep(known, write if tally.rows else Write(None, write.refusals, purpose=known.purpose))
        _put_in_place(rejects, order.rejects)
        refuse_unfit(order, tally)
    return Done(order, asking.record, engine.version, tally)


def refuse_unfit(order: Order, tally: Tally) -> None:
    """Raise TableError when no row was fit to be scored."""
    if not tally.rows:
        raise TableError(
            f"{order.path}: none of its {tally.rejected:,} rows keeps the contract; {order.rejects} says why"
        )


def _asking(order: Order, form: str, known: Settings) -> Asking:
    record = new_id()
    origin = {"name": order.path.name, "format": form, "ignore": list(order.ignore)}
    places = {"path": str(order.path.resolve()), "out": str(order.out.resolve())}
    return Asking(record, "score", order.purpose, known.who, record, now(), origin | places)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a path beside a file that may come to be; what is left there goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, path: Path) -> None:
    """Let the new rejects take the place of older ones, also when there are none."""
    if draft.exists():
        draft.replace(path)
    else:
        path.unlink(missing_ok=True)


def _keep(known: Settings, write: Write | None) -> None:
    """Write to the ledger, or only see that it is there. Raises LedgerError."""
    asyncio.run(_put(known, write))


async def _put(known: Settings, write: Write | None) -> None:
    async with opened(known) as ledger:
        if write is not None:
            await ledger.put(write)
