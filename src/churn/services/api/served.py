"""The model that this worker answers with: taken from the bundle on disk, swapped whole, never half."""

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from churn.errors import BundleError, ChurnError
from churn.scoring.engine import Engine
from churn.services.api import telemetry
from churn.stores import bundle

LOOK_SECONDS, AGAIN_SECONDS = 0.5, 10.0
"""Between two looks at the pointer, and until a bundle that could not be served is tried again."""
STALE_SECONDS = 120.0
"""When sync has not said anything for so long, it is taken to be dead."""

log = logging.getLogger("churn.api")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine, the paper and the folder that came with it: they belong together, so they are read together."""

    engine: Engine
    manifest: Mapping[str, Any] = field(repr=False)
    folder: Path


class Served:
    """The current model of this worker, and why it may be an old one."""

    def __init__(self, root: Path) -> None:
        self.root, self.words = root, "no model has been brought to this host yet"
        self._loaded: Loaded | None = None
        self._stamp: object = None
        self._again = 0.0

    @property
    def loaded(self) -> Loaded:
        """Give the current model. Raises BundleError while there is none."""
        if self._loaded is None:
            raise BundleError(self.words)
        return self._loaded

    @property
    def ready(self) -> bool:
        """Tell whether there is a model."""
        return self._loaded is not None

    @property
    def engine(self) -> Engine:
        """Give the current engine. Raises BundleError while there is none."""
        return self.loaded.engine

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Give the paper of the current model. Raises BundleError while there is none."""
        return self.loaded.manifest

    def look(self) -> bool:
        """Load the bundle if the pointer moved; keep the old model if the new one is not fit. Tell whether it did."""
        stamp, now = bundle.stamp(self.root), time.monotonic()
        if stamp is None or (stamp == self._stamp and now < self._again):
            return False
        self._stamp, self._again = stamp, now + AGAIN_SECONDS
        try:
            found = bundle.current(self.root)
            if found is None:
                return False
            loaded = Loaded(load(found), MappingProxyType(found.manifest), found.folder)
        except ChurnError as fault:
            self.words = f"the bundle on this host cannot be served: {fault}"
            log.error("%s; version %s stays", self.words, self._loaded.engine.version if self._loaded else "none")
            return False
        self._loaded, self.words, self._again = loaded, "serving", math.inf
        telemetry.MODEL.set(loaded.engine.version)
        return True

    async def watch(self) -> None:
        """Look again and again, off the loop, for as long as the worker lives."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if await asyncio.to_thread(self.look):
                    log.info("version %d is served", self.engine.version)
            except Exception:  # whatever it is, the model in hand goes on answering
                log.exception("looking for a new bundle failed")


def load(found: bundle.Bundle) -> Engine:
    """Load a bundle's model and prove it on its golden rows. Raises ModelError."""
    engine = Engine(found.model, found.version)
    engine.preflight()
    return engine
