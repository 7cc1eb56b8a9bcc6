"""The challenger of a running experiment: brought beside the champion, and told to the workers of this host."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from churn.errors import ChurnError, LedgerError, ModelError
from churn.lifecycle import delivery
from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.experiment import close
from churn.lifecycle.experiment.running import Running
from churn.settings import Settings
from churn.stores import notices, whole
from churn.stores.ledger import database, entries, experiments
from churn.stores.ledger.opened import opened
from churn.stores.tracking import records, retirements
from churn.stores.tracking.registry import Registry

PAUSE, AWAY_PAUSE = 5.0, 30.0
"""Seconds between two looks into the ledger, and after one that failed."""

log = logging.getLogger("churn.sync")


class Experiments:
    """What this host knows of the running experiment; without news from the ledger, what it knew goes on to its end."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.root = settings, settings.bundle_dir
        self._next = 0.0
        self._said = ""

    def follow(self, registry: Callable[[], Registry], at_once: bool = False) -> None:
        """Bring what the running experiment needs, or end its part here; whatever goes wrong ends nothing else.

        `registry` opens the registry, or raises TrackingError.
        """
        if not at_once and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PAUSE
        try:
            said = self._follow(registry)
        except (ChurnError, OSError) as fault:
            self._next = time.monotonic() + AWAY_PAUSE
            said = f"the experiment cannot be followed: {fault}"
        except Exception:
            log.exception("an unforeseen fault")
            said = "the experiment cannot be followed, see above"
        if said != self._said:
            log.info("%s", said or "no experiment runs")
        self._said = said

    def _follow(self, opens: Callable[[], Registry]) -> str:
        found = asyncio.run(_running(self.settings))
        if found is None:
            self._leave()
            return ""
        of, registry = Running(**found), opens()
        if why := unfit(registry, of):
            self._leave()
            asyncio.run(_halt(self.settings, of, why))
            return f"experiment {of.name!r} was stopped: {why}"
        if not self._told(of):
            version = delivery.find(registry, of.challenger)
            delivery.deliver(registry, self.root, version, records.read(registry))
            notices.write(self.root, notices.EXPERIMENT, notice(of))
        return f"experiment {of.name!r}: version {of.challenger} is on this host ({of.mode})"

    def _told(self, of: Running) -> bool:
        """Tell whether workers know it already, and have the challenger at hand."""
        same = notices.read(self.root, notices.EXPERIMENT) == notice(of)
        return same and whole.held(self.root, of.challenger, of.declared["challenger_digest"]) is not None

    def _leave(self) -> None:
        notices.drop(self.root, notices.EXPERIMENT)


def unfit(registry: Registry, of: Running) -> str:
    """Say why an experiment cannot go on; nothing where it can. Raises TrackingError."""
    aliases, tags = registry.marks()
    if aliases.get(CHAMPION) != of.champion:
        return f"version {aliases.get(CHAMPION)} is the champion now, not version {of.champion}"
    try:
        challenger = delivery.find(registry, of.challenger)
        retirements.read(tags).refuse(challenger.number, challenger.digest)
    except ModelError as fault:
        return str(fault)
    declared = of.declared.get("challenger_digest")
    return "" if challenger.digest == declared else f"version {of.challenger} is not the model that was declared"


def notice(of: Running) -> dict[str, Any]:
    """Spell what workers have to know."""
    names = ("id", "purpose", "mode", "champion", "challenger", "share", "salt", "begins", "ends")
    return {name: getattr(of, name) for name in names} | {"digest": of.declared["challenger_digest"]}


async def _running(settings: Settings) -> dict[str, Any] | None:
    file = database.file_of(database.located(settings.database_url))
    if file is not None and not file.exists():  # who looks makes no ledger
        return None
    async with opened(settings) as ledger:
        return await ledger.read(experiments.running, settings.purpose)


async def _halt(settings: Settings, of: Running, why: str) -> None:
    try:
        async with opened(settings) as ledger:
            await ledger.do(partial(close.halt, of=of, why=why, now=entries.now()))
    except LedgerError as fault:
        log.warning("that the experiment was stopped waits for the ledger: %s", fault)
