"""Read an experiment once, at its end, or stop it unread; on record and told either way, and never acted upon."""

import asyncio
from dataclasses import asdict
from functools import partial
from typing import Any

from churn.errors import ExperimentRefused
from churn.lifecycle.alerting import raised
from churn.lifecycle.experiment import intent, look, shadow
from churn.lifecycle.experiment.look import Standing
from churn.lifecycle.experiment.reading import Reading
from churn.lifecycle.experiment.running import Running
from churn.settings import Settings
from churn.stores.ledger import experiments
from churn.stores.ledger.database import must_exist
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries import exposed

OVER, BROKEN = "experiment_over", "experiment_broken"
NONE = 'no experiment runs; `churn experiment start NAME --why "..."` declares one'
MOST = 20


def end(settings: Settings, now: int) -> str:
    """Read the running experiment and end it; say what was read and what is recommended.

    Raises ExperimentRefused before its time, or where none runs; LedgerError.
    """
    return asyncio.run(_ended(settings, now))


def stop(settings: Settings, why: str, now: int) -> str:
    """End the running experiment unread. Raises ExperimentRefused without a reason, or where none runs; LedgerError."""
    if not why.strip():
        raise ExperimentRefused("say why it is stopped: --why; it is kept")
    return asyncio.run(_stopped(settings, f"{settings.who}: {why.strip()}", now))


def status(settings: Settings, now: int) -> list[Standing]:
    """Tell how each of the newest experiments stands, the newest first. Raises LedgerError."""
    return asyncio.run(_status(settings, now))


def watch(settings: Settings, now: int) -> str:
    """Read a running experiment when its time has come; raise it where its customers do not split as declared.

    Gives what was done or seen in words, nothing where none runs. Raises LedgerError.
    """
    return asyncio.run(_watched(settings, now))


def halt(connection: Any, of: Running, why: str, now: int) -> bool:
    """Stop an experiment that cannot go on, unread, and raise it; tell whether it ran until now."""
    result = {"state": "unknown", "words": f"stopped before it could be read: {why}", "stopped_at": now}
    if not experiments.close(connection, of.id, experiments.STOPPED, result):
        return False
    words = f"experiment {of.name!r} was stopped: {why}; nothing is read from it, and the champion answers everybody"
    raised.raise_(connection, OVER, words, now, purpose=of.purpose)
    return True


async def _watched(settings: Settings, now: int) -> str:
    must_exist(settings.database_url)
    async with opened(settings) as ledger:
        found = await ledger.read(experiments.running, settings.purpose)
        if found is None:
            return ""
        of = Running(**found)
        if now >= of.readable:
            return await _end(ledger, of, now)
        await ledger.catch_up()
        seen = await ledger.read(look.standing, of, now)
        await ledger.do(partial(_ring, seen=seen, now=now))
        return f"{of.name}: {seen.words}"


def _ring(connection: Any, seen: Standing, now: int) -> None:
    """Raise that customers do not split as declared, or resolve it."""
    if seen.broken:
        words = f"experiment {seen.of.name!r}: {seen.words}"
        raised.raise_(connection, BROKEN, words, now, purpose=seen.of.purpose)
    else:
        raised.resolve(connection, BROKEN, now, purpose=seen.of.purpose, by="monitor")


async def _ended(settings: Settings, now: int) -> str:
    must_exist(settings.database_url)
    async with opened(settings) as ledger:
        of = await _running(settings, ledger)
        if now < of.readable:
            raise ExperimentRefused(
                f"{of.name!r} is read once, from {look.day(of.readable)} on, when all its outcomes can be known: each "
                "look before would be a test of its own; `churn experiment stop --why ...` ends it unread"
            )
        return await _end(ledger, of, now)


async def _end(ledger: Ledger, of: Running, now: int) -> str:
    await ledger.catch_up()
    found = await _read(ledger, of)
    await ledger.do(partial(_close, of=of, told=found.told() | {"read_at": now}, now=now))
    return f"{of.name}: {found.words}\n{found.recommendation}"


async def _read(ledger: Ledger, of: Running) -> Reading:
    if of.mode == "live":
        return intent.read(await ledger.read(exposed.outcomes, of.followed), of)
    answered = await ledger.read(exposed.answered, of.followed)
    beside = await ledger.read(exposed.shadowed, of.followed, of.challenger)
    rows = await ledger.read(exposed.pairs, of.followed, of.challenger)
    return shadow.read(rows, answered.get(of.champion, 0), beside, of)


def _close(connection: Any, of: Running, told: dict[str, Any], now: int) -> None:
    if experiments.close(connection, of.id, experiments.ENDED, told):
        words = f"experiment {of.name!r}: {told['words']}; {told['recommendation']}"
        raised.raise_(connection, OVER, words, now, purpose=of.purpose)
        raised.resolve(connection, BROKEN, now, purpose=of.purpose, by="its end")


async def _stopped(settings: Settings, why: str, now: int) -> str:
    must_exist(settings.database_url)
    async with opened(settings) as ledger:
        of = await _running(settings, ledger)
        await ledger.do(partial(halt, of=of, why=why, now=now))
    return f"{of.name!r} is stopped; nothing is read from it, and the champion answers everybody"


async def _running(settings: Settings, ledger: Ledger) -> Running:
    found = await ledger.read(experiments.running, settings.purpose)
    if found is None:
        raise ExperimentRefused(NONE)
    return Running(**found)


async def _status(settings: Settings, now: int) -> list[Standing]:
    must_exist(settings.database_url)
    async with opened(settings) as ledger:
        await ledger.catch_up()
        page = await ledger.read(experiments.page, settings.purpose, MOST, 0)
        return [await ledger.read(look.standing, Running(**one), now) for one in page["experiments"]]


def plain(found: Standing) -> dict[str, Any]:
    """Give how one stands as plain JSON."""
    return asdict(found)
