"""The registry taken down for the workers of this host, and what its records say is wrong."""

import time
from typing import Any

from churn.lifecycle.snapshot import snapshot
from churn.params.register import Register
from churn.services.sync import reports
from churn.services.sync.chronicle import Chronicle
from churn.services.sync.doubts import Doubts
from churn.settings import Settings
from churn.stores import notices
from churn.stores.tracking.registry import Registry

SECONDS = 30.0
"""Runs leave no mark on the model, so the registry is taken down anew so often, and at once when a mark changed."""


class Picture:
    """The last one, and when it was taken."""

    def __init__(self, settings: Settings, params: Register, chronicle: Chronicle) -> None:
        self.root, self.params = settings.bundle_dir, params
        self._doubts = Doubts(chronicle)
        self._last: tuple[Any, float] = (None, 0.0)

    def take(self, registry: Registry, marks: Any) -> None:
        """Take the registry down, if there may be news. Raises TrackingError."""
        before, when = self._last
        if before != marks or time.monotonic() - when > SECONDS:
            seen = snapshot(registry, self.params)
            notices.write(self.root, notices.REGISTRY, seen)
            reports.bring(registry, self.root)
            self._doubts.look(seen["promotions"], time.time())
            self._last = (marks, time.monotonic())
