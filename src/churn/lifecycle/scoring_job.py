"""`churn score`: a file, the model at hand and the ledger, joined so that no answer exists that no record knows."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from churn.errors import TableError
from churn.lifecycle import at_hand, file_record
from churn.lifecycle.file_record import Asking
from churn.scoring.files import forms
from churn.scoring.files.score import Job, Watch, score
from churn.scoring.files.tally import Tally
from churn.settings import Settings
from churn.stores.files import aside
from churn.stores.ledger.entries import Write, new_id, now
from churn.stores.ledger.opened import opened


@dataclass(frozen=True, slots=True)
class Order:
    """What to score and how; without `version` by the champion."""

    path: Path
    out: Path
    rejects: Path
    version: int | None = None
    purpose: str = "production"
    ignore: tuple[str, ...] = ()
    force: bool = False
    ledger: bool = True


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
    """Score a file. Raises TableError, ModelError, LedgerError; the file of answers then is as it was before."""
    refuse(order)
    form = forms.of_file(order.path)
    if order.ledger:
        _keep(known, None)  # a ledger that is away should cost no hour of scoring
    engine = at_hand.engine(at_hand.find(known, order.version))
    asking = _asking(order, known)
    with aside(order.out) as draft, _beside(order.rejects) as rejects:
        tally = score(
            Job(str(order.path), order.path, form, draft, rejects, asking.record, order.ignore), engine, watch
        )
        if order.ledger:
            write = file_record.entry(asking, tally, engine)
            _keep(known, write if tally.rows else Write(None, write.refusals, purpose=known.purpose))
        _put_in_place(rejects, order.rejects)
        refuse_unfit(order, tally)
    return Done(order, asking.record, engine.version, tally)


def refuse(order: Order) -> None:
    """Raise TableError for what can be seen before a row is read."""
    if not order.path.is_file():
        raise TableError(f"{order.path}: no file there; name a file of customers")
    if not order.path.stat().st_size:
        raise TableError(f"{order.path}: empty; expected a row per customer")
    form, wanted = forms.of_path(order.path), forms.of_path(order.out)
    if form is not wanted:
        raise TableError(f"{order.out}: answers have the form of the customers; end it in {form.endings[0]}")
    places = [one.resolve() for one in (order.path, order.out, order.rejects)]
    if len(set(places)) < len(places):
        raise TableError(f"{order.path}: customers, answers and rejects are three files; give each its own name")
    for place in (order.out, order.rejects):
        if place.exists() and not order.force:
            raise TableError(f"{place}: it exists; name another file, or say --force to replace it")


def refuse_unfit(order: Order, tally: Tally) -> None:
    """Raise TableError when no row was fit to be scored."""
    if not tally.rows:
        raise TableError(
            f"{order.path}: none of its {tally.rejected:,} rows keeps the contract; {order.rejects} says why"
        )


def _asking(order: Order, known: Settings) -> Asking:
    record = new_id()
    origin = {"name": order.path.name, "format": forms.of_file(order.path).name, "ignore": list(order.ignore)}
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
