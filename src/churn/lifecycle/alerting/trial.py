"""A test alert through everything: the ledger, every channel, and Alertmanager where that routes."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from churn.errors import ChurnError
from churn.lifecycle.alerting import alertmanager, channels, delivery, raised
from churn.params.alerts import Alerts
from churn.settings import Settings
from churn.stores.ledger.opened import opened

KIND = "alert_test"
NOWHERE = "nothing is set up: name a webhook, a mail server, or an Alertmanager (see .env.example)"


class Untold(ChurnError):
    """Say that a test alert reached nobody, and why."""


def trials(known: Settings, knobs: Alerts, now: int) -> dict[str, Callable[[], str]]:
    """Give what sends the test alert through each way out; each says how it went, or raises ChurnError."""
    if known.alertmanager_url:
        url = known.alertmanager_url
        return {"alertmanager": lambda: alertmanager.fire(url, knobs.timeout_seconds, now)}
    names = [one.name for one in channels.of(known)]
    if not names:
        raise Untold(NOWHERE)
    sent: dict[str, delivery.Sent] = {}
    told: dict[str, Callable[[], str]] = {"ledger": lambda: _raised(known, knobs, now, sent)}
    return told | {name: partial(_reached, sent, name) for name in names}


def _raised(known: Settings, knobs: Alerts, now: int, sent: dict[str, delivery.Sent]) -> str:
    """Raise the test alert, send it, and close it again, which is sent, too."""
    who = f"{known.who} tries the way of alerts; nothing is wrong"
    _do(known, lambda one: raised.settle(one, KIND, now, by=known.who, purpose=known.purpose))
    _do(known, partial(raised.raise_, kind=KIND, words=who, at=now, purpose=known.purpose, severity=knobs.send_from))
    told = delivery.deliver(known, knobs, now, first=KIND)
    sent |= {one.channel: one for one in told if one.kind == KIND}
    _do(known, lambda one: raised.resolve(one, KIND, now, purpose=known.purpose, by=known.who))
    delivery.deliver(known, knobs, now, first=KIND)
    return "the test alert was raised, sent and closed"


def _reached(sent: dict[str, delivery.Sent], name: str) -> str:
    one = sent.get(name)
    if one is None:
        raise Untold("another process sends it: its log says how that went; or run this again")
    if one.fault:
        raise Untold(one.fault)
    return "took the test alert"


def _do(known: Settings, deed: Callable[[Any], Any]) -> Any:
    async def done() -> Any:
        async with opened(known) as ledger:
            return await ledger.do(deed)

    return asyncio.run(done())
