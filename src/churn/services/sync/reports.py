"""The reports of what is served: brought beside it where they can be, and never in its way."""

import logging
from pathlib import Path

from churn.errors import ChurnError
from churn.lifecycle import delivery
from churn.stores import whole
from churn.stores.tracking.registry import Registry

log = logging.getLogger("churn.sync")


def bring(registry: Registry, root: Path) -> None:
    """Bring the reports that were logged with what is served; without them it is served all the same."""
    served = whole.serving(root)
    try:
        if served and delivery.accompany(registry, served):
            log.info("the reports of version %d are here", served.version)
    except (ChurnError, OSError) as fault:
        log.warning("the reports of what is served could not be brought: %s", fault)
