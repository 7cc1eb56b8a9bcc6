"""A file that arrived, scored in a process of its own, durable before its first byte leaves."""

import asyncio
import contextlib
import csv
import itertools
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive

from churn.errors import LedgerError, TableError
from churn.lifecycle import file_record
from churn.lifecycle.file_record import Asking
from churn.scoring.files.forms import Form
from churn.scoring.files.tally import Tally
from churn.services.api import telemetry
from churn.services.api.arrival import Arrival
from churn.services.api.asked import Asked
from churn.services.api.problems import ERRORS_TOLD, Refusal
from churn.services.api.served import Loaded
from churn.services.api.spool import Place
from churn.services.api.state import State
from churn.services.api.streams import MEGA
from churn.services.filing import clerk
from churn.services.filing.clerk import Failed, TooLarge
from churn.services.filing.order import Order
from churn.stores.ledger.entries import Write

FILES = 2
"""Files that one worker scores at once."""
SENDERS = 16
"""Files that one worker receives, scores and sends back at once: slow lines must not keep others from being scored."""
LOOK_SECONDS = 0.05
DOOR = "file"
ROWS_A_MEGABYTE = 100_000
"""A Parquet file can hold any number of equal rows in a few bytes; of real customers it holds fewer than this."""

log = logging.getLogger("churn.api")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its form, its terms, the columns to pass through unread, the name of its record."""

    record: str
    form: Form
    terms: Asked
    ignore: tuple[str, ...]
    arrival: Arrival


class Slots:
    """How many files a worker has in hand, or is scoring."""

    def __init__(self, most: int) -> None:
        self._free = most

    def take(self) -> None:
        """Take a place. Raises Refusal when there is none."""
        if not self._free:
            raise Refusal(503, "as many files as fit are in hand; send it again in a moment", retry_after=5)
        self._free -= 1

    async def wait(self, seconds: float) -> None:
        """Take a place as soon as there is one. Raises Refusal when there is none in time."""
        until = time.monotonic() + seconds
        while not self._free and time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
        self.take()

    def give(self) -> None:
        """Give the place back."""
        self._free += 1


class Left(Exception):
    """Whoever sent the file has gone."""


async def score(known: State, sent: Sent, place: Place, receive: Receive) -> Tally:
    """Score a file that lies in its place, and make the answers durable. Raises Refusal, Left, LedgerError."""
    loaded = known.served.loaded
    tally = await _tallied(sent, _order(known, sent, place, loaded), receive)
    for (column, _), number in tally.refused.items():
        telemetry.REFUSED.labels(DOOR, column).inc(number)
    if not tally.rows:
        with contextlib.suppress(LedgerError):
            await known.ledger.put(Write(None, file_record.refusals(tally), purpose=sent.terms.purpose))
        raise Refusal(422, f"none of {tally.rejected} rows keeps the contract; nothing was scored", _faults(place))
    origin = {"format": sent.form.name, "ignore": list(sent.ignore)}
    request_id, caller = sent.arrival.request_id, sent.arrival.caller.name
    asking = Asking(sent.record, DOOR, sent.terms.purpose, caller, request_id, sent.terms.at, origin)
    await known.ledger.put(file_record.entry(asking, tally, loaded.engine))
    _count(sent, loaded, tally)
    return tally


async def _tallied(sent: Sent, order: Order, receive: Receive) -> Tally:
    try:
        return await _scored(order, receive)
    except TableError as fault:
        raise Refusal(422, str(fault).replace("\n ", "")) from fault
    except TooLarge as fault:
        raise Refusal(413, str(fault)) from fault
    except Failed as fault:
        log.error("request %s: %s", sent.arrival.request_id, fault)
        raise Refusal(503, "the file was not scored, nothing of it was kept; send it again", retry_after=5) from fault


async def _scored(order: Order, receive: Receive) -> Tally:
    """Have the file scored, and leave off when its sender goes away. Raises Left."""
    scoring, leaving = asyncio.create_task(clerk.score(order)), asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({scoring, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not scoring.done():
            raise Left
        return scoring.result()
    finally:
        for task in (scoring, leaving):
            task.cancel()
        await asyncio.gather(scoring, leaving, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _order(known: State, sent: Sent, place: Place, loaded: Loaded) -> Order:
    megabytes = known.settings.max_file_mb
    return Order(
        folder=str(place.folder.resolve()),
        arrived=place.arrived.name,
        answers=place.answers.name,
        rejects=place.rejects.name,
        form=sent.form.name,
        record=sent.record,
        ignore=list(sent.ignore),
        bundles=str(known.served.root.resolve()),
        version=loaded.engine.version,
        digest=loaded.engine.digest,
        most_rows=int(megabytes * ROWS_A_MEGABYTE),
        most_bytes=int(megabytes * MEGA),
    )


def _faults(place: Place) -> Iterator[dict[str, Any]]:
    """Read the first faults from the rejected rows."""
    with place.rejects.open(encoding="utf-8", newline="") as lines:
        for one in itertools.islice(csv.DictReader(lines), ERRORS_TOLD):
            yield {"index": int(one["row"]), "column": one["column"], "reason": one["reason"]}


def _count(sent: Sent, loaded: Loaded, tally: Tally) -> None:
    """Count for Prometheus, as every scoring door does."""
    purpose = sent.terms.purpose
    telemetry.later(telemetry.scored(DOOR, purpose, loaded.engine.version), tally.rows)
    if purpose == "production":
        for tier, number in tally.tiers.items():
            telemetry.later(telemetry.of_tier(tier), number)
        telemetry.later(telemetry.offers, tally.offers)
