"""Monitoring turn after turn, and what is said when a turn fails: silence is never taken for health."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from churn.errors import ChurnError
from churn.lifecycle.alerting import channels, delivery, raised, rules
from churn.lifecycle.alerting.channel import Channel
from churn.lifecycle.alerting.message import Message
from churn.lifecycle.decision.spelt import spelt
from churn.lifecycle.experiment import close as experiment
from churn.lifecycle.monitoring.judge import FAULT
from churn.lifecycle.monitoring.run import Watched, monitor
from churn.lifecycle.regret.look import automatic
from churn.params.alerts import Alerts
from churn.params.experiment import Experiment
from churn.params.register import Register
from churn.params.section import load
from churn.settings import Settings
from churn.stores import files
from churn.stores.ledger.opened import opened

KIND = "monitor_failed"
PAUSE = 3600.0
"""Seconds between two messages about a ledger that is away: nothing remembers there what was sent."""

BEAT, TURN = "monitor.json", 900.0
"""The sign of life that a look after it finds, and how many seconds a turn may take."""

log = logging.getLogger("churn.monitor")


@dataclass
class Follower:
    """Monitors one place, and sends what is owed after each turn."""

    known: Settings
    _told: float = -PAUSE

    def turn(self, now: int) -> Watched:
        """Monitor once. Raises what monitoring raises, after it was told to somebody."""
        try:
            seen = monitor(self.known, now)
        except Exception as fault:
            self._failed(f"{type(fault).__name__}: {fault}", now)
            raise
        well = self._look_back(now)
        if well and not any(one.figures.get(FAULT) for one in seen.readings):
            asyncio.run(_resolve(self.known, now))
        self._deliver(now)
        return seen

    def follow(self, seconds: float, clock: Callable[[], int]) -> None:
        """Monitor again and again; a turn that fails is told, and the next one comes."""
        while True:
            self._beat(seconds)
            try:
                told(self.turn(clock()))
            except ChurnError as fault:
                log.error("error: %s", fault)
            except Exception:
                log.exception("monitoring failed; the next turn comes in %g s", seconds)
            self._beat(seconds)
            time.sleep(seconds)

    def _beat(self, seconds: float) -> None:
        """Leave word when the next sign of life is due, for whoever looks after this process."""
        try:
            files.write_json({"due": round(time.time() + seconds + TURN, 3)}, self.known.lock_dir / BEAT)
        except OSError as fault:
            log.warning("no sign of life can be left: %s", fault)

    def _look_back(self, now: int) -> bool:
        """Take a promotion back that labels show to be a mistake, and read an experiment whose time has come.

        A fault of that ends no monitoring, and is told. Tell whether it could be looked at.
        """
        try:
            found = automatic(self.known, load(Register), load(Experiment), now)
            tried = experiment.watch(self.known, now)
        except Exception as fault:
            log.exception("the last promotion, or the experiment, could not be looked at")
            self._failed(f"the look at the last promotion or experiment failed: {type(fault).__name__}: {fault}", now)
            return False
        log.info("last promotion: %s: %s", found.state, found.words)
        log.info("experiment: %s", tried or "none runs")
        return True

    def _failed(self, words: str, now: int) -> None:
        try:
            asyncio.run(_raise(self.known, words, now))
            self._deliver(now)
        except ChurnError as away:
            if time.monotonic() - self._told >= PAUSE:
                self._told = time.monotonic()
                directly(self.known, f"{words}; the ledger keeps no alert of it: {away}", now)

    def _deliver(self, now: int) -> None:
        for one in delivery.deliver(self.known, load(Alerts), now):
            if one.fault:
                log.warning("alert %s was not delivered: %s", one.kind, one.fault)


def told(seen: Watched) -> None:
    """Say in the log what was seen, of which days and which version."""
    for one in seen.readings:
        who = f", version {one.model_version}" if one.model_version else ""
        log.info("%-16s %-8s %s%s: %s", one.kind, one.state, spelt((one.since, one.until)), who, one.words)
    log.info("decision: %s (%s): %s", seen.decision.action, seen.decision.cause, seen.decision.words)


def directly(known: Settings, words: str, now: int) -> None:
    """Send an alert past the ledger, through every channel there is."""
    rule = rules.rule_of(KIND)
    alert = {
        "id": f"{now:x}", "kind": KIND, "severity": rule.severity, "words": words, "raised_at": now, "last_at": now,
        "times": 1, "resolved_at": None, "purpose": known.purpose, "owner": rule.owner, "runbook": rules.runbook(KIND),
        "acknowledged_at": None, "acknowledged_by": None, "note": None, "resolved_by": None,
    }  # fmt: skip
    message = Message(f"{now:x}", "raised", alert)
    for way in _ways(known):
        if fault := asyncio.run(delivery.sent(way, message, load(Alerts).timeout_seconds)):
            log.error("the %s did not take the alert either: %s", way.name, fault)


def _ways(known: Settings) -> list[Channel]:
    try:
        return channels.of(known)
    except ChurnError as fault:
        log.error("alerts reach nobody: %s", fault)
        return []


async def _raise(known: Settings, words: str, now: int) -> None:
    async with opened(known) as ledger:
        await ledger.do(lambda one: raised.raise_(one, KIND, words, now, purpose=known.purpose))


async def _resolve(known: Settings, now: int) -> None:
    async with opened(known) as ledger:
        await ledger.do(lambda one: raised.resolve(one, KIND, now, purpose=known.purpose, by="monitor"))
