"""Sending what is owed: each message is begun in the ledger first, a channel that hangs is left, nothing is lost."""

import asyncio
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from churn.errors import SettingsError
from churn.lifecycle.alerting import channels, events, raised
from churn.lifecycle.alerting.channel import Channel, Undelivered
from churn.lifecycle.alerting.message import Message
from churn.params.alerts import Alerts
from churn.settings import Settings
from churn.stores.ledger import deliveries
from churn.stores.ledger.deliveries import Owed
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.opened import opened

KIND = "alerts_undelivered"
LOOK_BACK = 7 * 24 * events.HOUR
"""An alert that was resolved longer ago is told to nobody any more."""
TURN_SECONDS, GRACE_SECONDS = 30.0, 1.0

log = logging.getLogger("churn.alerts")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message."""

    kind: str
    event: str
    channel: str
    state: str
    fault: str | None


def deliver(known: Settings, knobs: Alerts, now: int, first: str = "") -> list[Sent]:
    """Send what is owed through every channel at once, for half a minute at most; what fails is tried again later.

    Gravest first, and before them the kind `first`, where somebody waits for it.
    Channels that are set up wrongly, or that take nothing any more, are an alert of their own. Raises LedgerError.
    """
    try:
        ways = channels.of(known)
    except SettingsError as fault:
        asyncio.run(_complain(known, str(fault), now))
        return []
    return asyncio.run(_turn(known, knobs, ways, now, first)) if ways else []


async def _complain(known: Settings, words: str, now: int) -> None:
    async with opened(known) as ledger:
        await ledger.do(lambda one: raised.raise_(one, KIND, words, now, purpose=known.purpose))


async def _turn(known: Settings, knobs: Alerts, ways: Sequence[Channel], now: int, first: str) -> list[Sent]:
    async with opened(known) as ledger:
        said = (now - LOOK_BACK, known.purpose, events.wanted(knobs))
        found = {one["id"]: one for one in await ledger.read(deliveries.lately, *said)}
        owed = events.owed(list(found.values()), [one.name for one in ways], knobs, now)
        owed.sort(key=lambda one: found[one.alert]["kind"] != first)
        parts = [[one for one in owed if one.channel == way.name][: knobs.at_once] for way in ways]
        through = [_Through(ledger, way, knobs, now) for way in ways]
        told = await asyncio.gather(*(one.send(found, part) for one, part in zip(through, parts, strict=True)))
        sent = [one for part in told for one in part]
        await _judge(ledger, ways, sent, (now, known.purpose))
        return sent


@dataclass(frozen=True, slots=True)
class _Through:
    """One channel's turn."""

    ledger: Ledger
    way: Channel
    knobs: Alerts
    now: int

    async def send(self, found: Mapping[str, Mapping[str, Any]], owed: Sequence[Owed]) -> list[Sent]:
        """Send one message after another, until one fails or the turn is over."""
        sent: list[Sent] = []
        until = time.monotonic() + TURN_SECONDS
        for one in owed:
            if time.monotonic() > until or any(before.fault for before in sent):
                break
            if await self.ledger.do(partial(deliveries.claim, owed=[one], at=self.now)):
                sent.append(await self._one(one, found[one.alert]))
        return sent

    async def _one(self, one: Owed, alert: Mapping[str, Any]) -> Sent:
        fault = await sent(self.way, Message(one.id, one.event, alert), self.knobs.timeout_seconds)
        given_up = one.tries + 1 >= self.knobs.tries
        state = "sent" if fault is None else "given_up" if given_up else "failed"
        await self.ledger.do(lambda connection: deliveries.note(connection, one, self.now, state, fault))
        return Sent(alert["kind"], one.event, one.channel, state, fault)


async def sent(way: Channel, message: Message, seconds: float) -> str | None:
    """Send in a thread of its own, which is left behind if it hangs; give what went wrong."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str | None] = loop.create_future()

    def tell(fault: str | None) -> None:
        if not done.done():
            done.set_result(fault)

    def run() -> None:
        fault = _tried(way, message, seconds)
        try:
            loop.call_soon_threadsafe(tell, fault)
        except RuntimeError:  # the loop is closed: nobody waited that long
            return

    threading.Thread(target=run, name=f"alert-{way.name}", daemon=True).start()
    try:
        return await asyncio.wait_for(done, seconds + GRACE_SECONDS)
    except TimeoutError:
        return f"the {way.name} was not done within {seconds + GRACE_SECONDS:g} s"


def _tried(way: Channel, message: Message, seconds: float) -> str | None:
    try:
        way.send(message, seconds)
    except Undelivered as fault:
        return str(fault)
    except Exception as fault:
        log.exception("the %s failed; the other channels go on", way.name)
        return f"the {way.name} failed: {type(fault).__name__}"
    return None


async def _judge(ledger: Ledger, ways: Sequence[Channel], sent: Sequence[Sent], told: tuple[int, str]) -> None:
    """Raise an alert of its own where a message was given up; resolve it once every channel takes messages again."""
    now, purpose = told
    lost = [one for one in sent if one.state == "given_up"]
    if lost:
        words = "; ".join(dict.fromkeys(f"{one.channel} took no message about {one.kind}: {one.fault}" for one in lost))
        await ledger.do(lambda one: raised.raise_(one, KIND, words, now, purpose=purpose))
        return
    news = any(one.state == "sent" for one in sent)
    if news and not await ledger.read(deliveries.silent, [way.name for way in ways]):
        await ledger.do(lambda one: raised.resolve(one, KIND, now, purpose=purpose, by="delivery"))
