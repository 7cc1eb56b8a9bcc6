"""The one process of a host that follows the registry: look, bring, prove, point, and tell how it stands."""

import logging
from typing import Any

from churn.errors import BundleError, ChurnError, ModelError, TrackingError
from churn.lifecycle import delivery, pins
from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.pins import Pin
from churn.params.register import Register
from churn.services.sync.absence import Absence
from churn.services.sync.chronicle import Chronicle
from churn.services.sync.picture import Picture
from churn.services.sync.refusal import Refusal
from churn.services.sync.standing import Standing, now
from churn.settings import Settings
from churn.stores import whole
from churn.stores.bundle import Bundle
from churn.stores.tracking import peek, records, retirements, store
from churn.stores.tracking.registry import Registry

MISSING = "the store {store} is missing: bring it back, or `make pipeline` makes a new one"
EMPTY = "the registry has no @champion; `make pipeline` makes one"

log = logging.getLogger("churn.sync")


class Sync:
    """What follows one registry for one host."""

    def __init__(self, settings: Settings, params: Register) -> None:
        self.settings, self.params, self.root = settings, params, settings.bundle_dir
        self.standing = Standing(self.root, store.redacted(settings.store))
        self.chronicle = Chronicle(settings)
        self._registry: Registry | None = None
        self._identity: peek.Identity = None
        self._done: Any = None
        self._picture = Picture(settings, params, self.chronicle)
        self._absent = Absence()

    def turn(self, at_once: bool = False) -> None:
        """Follow the registry once, and tell how it went; `at_once` also tries again what was refused.

        Nothing that registry, ledger or disk do ends it: what is served stays.
        """
        try:
            self._follow(at_once)
            self.standing.trouble = ""
            if self._absent.over():
                self.chronicle.back()
        except TrackingError as fault:
            self._away(str(fault))
        except (ChurnError, OSError) as fault:
            self._trouble(str(fault))
        except Exception as fault:
            log.exception("an unforeseen fault")
            self._trouble(f"{type(fault).__name__}: {fault}")
        self._tell()

    def open(self) -> Registry:
        """Open the registry, or give the one that is open. Raises TrackingError."""
        self._refuse_missing()
        if not peek.settled(self.settings.store):
            raise TrackingError(EMPTY)
        if self.outdated:
            raise TrackingError("the file of the registry was replaced; sync has to start anew")
        if self._registry is None:
            self._identity = peek.identity(self.settings.store)
            self._registry = Registry(self.settings.store, self.params.model)
        return self._registry

    @property
    def outdated(self) -> bool:
        """Tell whether a local registry was replaced by another: MLflow keeps to the file that it opened first."""
        return self._identity is not None and peek.identity(self.settings.store) not in {None, self._identity}

    @property
    def words(self) -> str:
        """Say how it stands in one sentence."""
        return self.standing.words(whole.serving(self.root))

    @property
    def well(self) -> bool:
        """Tell whether the registry answered and the host serves what it should."""
        served, standing = whole.serving(self.root), self.standing
        return bool(
            served and served.version == standing.wanted and standing.registry != "away" and not standing.trouble
        )

    def bring(self, number: int, replayed: bool = False) -> Bundle:
        """Bring a version's bundle without serving it, a retired one only to be replayed.

        Raises ModelError or TrackingError.
        """
        registry = self.open()
        found = delivery.find(registry, number)
        return delivery.deliver(registry, self.root, found, records.read(registry), replayed)

    def _follow(self, at_once: bool) -> None:
        pin = self.standing.holds(pins.read(self.root))
        if pin:
            self._from_disk(pin)
        self._refuse_missing()
        if not peek.settled(self.settings.store):
            self.standing.sees("empty", EMPTY)
            return
        registry = self.open()
        marks = registry.marks()
        retired = retirements.read(marks[1]).standing
        pin = self.standing.holds(pin, retired[pin.digest].words if pin and pin.digest in retired else "")
        number = self.standing.wanted = pin.version if pin else marks[0].get(CHAMPION)
        self.standing.sees(*(("ok", "") if CHAMPION in marks[0] else ("empty", EMPTY)))
        if number is not None:
            self._reach(registry, number, (number, pin, marks), at_once)
        self._picture.take(registry, marks)

    def _reach(self, registry: Registry, number: int, target: Any, at_once: bool) -> None:
        served, refused = whole.serving(self.root), self.standing.refused
        done = served and served.version == number and target == self._done
        if done or (refused and refused.stands(target) and not at_once):
            return
        try:
            found, told = self.bring(number), records.read(registry)
            moved = delivery.serve(self.root, found, served)
        except (ModelError, BundleError, OSError) as fault:
            self._refuse(target, number, str(fault))
            return
        self._done = target
        self._mended()
        if moved:
            log.info("version %d is served", number)
            delivery.tidy(self.root, told, {number})

    def _refuse_missing(self) -> None:
        """Tell a store that is gone from one without a champion. Raises TrackingError."""
        if peek.missing(self.settings.store):
            stays = "; the model in hand goes on" if whole.serving(self.root) else ""
            raise TrackingError(MISSING.format(store=self.standing.store) + stays)

    def _from_disk(self, pin: Pin) -> None:
        """Serve a pinned version that is on the host already, for this needs no registry."""
        if words := delivery.retired_here(self.root, pin.digest):
            self.standing.holds(pin, words)
            return
        found = whole.held(self.root, pin.version, pin.digest)
        before = whole.serving(self.root)
        if found and found != before:
            delivery.prove(found.model, found.version)
            delivery.serve(self.root, found, before)

    def _away(self, why: str) -> None:
        if self.standing.registry != "away":
            log.warning("%s; what is served stays", why)
        self.standing.sees("away", why)
        if self._absent.lasts():
            self.chronicle.away(why)
        self._registry = None

    def _trouble(self, why: str) -> None:
        if self.standing.trouble != why:
            log.error("%s; what is served stays", why)
        self.standing.trouble = why
        self._registry = None

    def _refuse(self, target: Any, number: int, why: str) -> None:
        before = self.standing.refused
        if before and before.target == target:
            self.standing.refused = before.again(why)
        else:
            self.standing.refused = Refusal(number, why, now(), target)
            log.error("version %d is refused, what is served stays: %s", number, why)
        self.chronicle.refused(number, why)

    def _mended(self) -> None:
        self.standing.refused = None
        self.chronicle.mended()

    def _tell(self) -> None:
        served = whole.serving(self.root)
        try:
            self.chronicle.note(served, self.standing.pin)
            self.standing.untold = self.chronicle.tell()
        except Exception:
            log.exception("what happened could not be told; it is tried again")
        try:
            self.standing.write(served)
        except OSError as fault:
            log.error("%s cannot be written: %s", self.root, fault.strerror)
