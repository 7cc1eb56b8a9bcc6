"""The model to score with outside the service: this host's bundle, or else the registry's."""

from churn.errors import ModelError
from churn.scoring.engine import Engine
from churn.settings import Settings
from churn.stores import whole
from churn.stores.bundle import Bundle


def find(known: Settings, version: int | None = None, digest: str | None = None) -> Bundle:
    """Give a version's bundle, the champion's if none is named; fetch what this host lacks.

    Raises ModelError, TrackingError.
    """
    root = known.bundle_dir
    held = whole.serving(root) if version is None else whole.held(root, version, digest)
    return held or _fetched(known, version)


def engine(found: Bundle) -> Engine:
    """Load a bundle's model, proven on its golden rows. Raises ModelError."""
    loaded = Engine(found.model, found.version)
    loaded.preflight()
    return loaded


def _fetched(known: Settings, version: int | None) -> Bundle:
    from churn.lifecycle import delivery, promotion
    from churn.lifecycle.registration import CHAMPION
    from churn.params.register import Register
    from churn.params.section import load
    from churn.stores.tracking.registry import Registry

    params = load(Register)
    registry = Registry(known.store, params.model)
    number = version or registry.aliases().get(CHAMPION)
    if number is None:
        raise ModelError(f"{params.model} has no @{CHAMPION} yet; run `make pipeline`, or name a version")
    wanted = delivery.find(registry, number)
    return delivery.deliver(registry, known.bundle_dir, wanted, promotion.history(known, params))
