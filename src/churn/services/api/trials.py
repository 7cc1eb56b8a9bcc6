"""The experiment that this worker takes part in: taken from the notice that sync left, with the challenger loaded."""

import asyncio
import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from churn.errors import BundleError, ChurnError
from churn.lifecycle.experiment.running import challenged
from churn.scoring.engine import Engine
from churn.services.api.asked import Asked
from churn.services.api.served import AGAIN_SECONDS, LOOK_SECONDS, load
from churn.stores import bundle, notices

log = logging.getLogger("churn.api")


@dataclass(frozen=True, slots=True)
class Said:
    """What sync says of the experiment; times in microseconds since 1970, UTC."""

    id: str
    purpose: str
    mode: str
    champion: int
    challenger: int
    digest: str
    share: float
    salt: str
    begins: int
    ends: int


SAID = TypeAdapter(Said)


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment and the challenger's engine: they belong together, so they are read together."""

    said: Said
    engine: Engine

    def on(self, champion: Engine, terms: Asked) -> bool:
        """Tell whether a request is part of it: of its time and purpose, and of its champion."""
        said = self.said
        return (
            champion.version == said.champion and terms.purpose == said.purpose and said.begins <= terms.at < said.ends
        )

    def takes(self, customer: str) -> bool:
        """Tell whether the challenger answers a customer, by the stored name."""
        return self.said.mode == "live" and challenged(self.said.salt, customer, self.said.share)


class Trials:
    """The experiment of this worker, if there is one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.running: Trial | None = None
        self._stamp: object = None
        self._again = 0.0

    def look(self) -> bool:
        """Take up or leave what sync says, if that changed; tell whether it did. What is not fit takes no part."""
        stamp, now = self._seen(), time.monotonic()
        if stamp == self._stamp and now < self._again:
            return False
        self._stamp, self._again = stamp, math.inf
        before = self.running.said if self.running else None
        said = self._said()
        if said == before:
            return False
        try:
            self.running = None if said is None else Trial(said, self._loaded(said))
        except ChurnError as fault:
            self.running, self._again = None, now + AGAIN_SECONDS
            log.error("the challenger of the experiment cannot be served, the champion answers everybody: %s", fault)
        return True

    async def watch(self) -> None:
        """Look again and again, off the loop, for as long as the worker lives."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if await asyncio.to_thread(self.look):
                    log.info("experiment: %s", self.running.said.id if self.running else "none")
            except Exception:  # whatever it is, the champion goes on answering
                log.exception("looking for an experiment failed")

    def _seen(self) -> object:
        try:
            seen = (self.root / notices.EXPERIMENT).stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_ino

    def _said(self) -> Said | None:
        try:
            return SAID.validate_json((self.root / notices.EXPERIMENT).read_bytes(), strict=True)
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            log.error("%s cannot be read; the champion answers everybody", notices.EXPERIMENT)
            return None

    def _loaded(self, said: Said) -> Engine:
        found = bundle.of_version(self.root, said.challenger, said.digest)
        if found is None:
            raise BundleError(f"version {said.challenger} is not on this host")
        return load(found)
