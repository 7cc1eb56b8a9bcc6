"""The model to score with outside the service: this host's bundle, or else the registry's."""

from churn.errors import ModelError, TrackingError
from churn.scoring.engine import Engine
from churn.settings import Settings
from churn.stores import whole
from churn.stores.bundle import Bundle


def find(known: Settings, version: int | None = None, digest: str | None = None) -> Bundle:
    """Give a version's bundle, the champion's if none is named; fetch what this host lacks.

    Who names the `digest` too asks again what was answered once; only then may the version be a retired one. Raises
    ModelError, TrackingError.
    """
    root = known.bundle_dir
    held = whole.serving(root) if version is None else whole.held(root, version, digest)
    if held and version and not digest:
        _refuse_retired(known, held)
    return held or _fetched(known, version, replayed=digest is not None)


def engine(found: Bundle) -> Engine:
    """Load a bundle's model, proven on its golden rows. Raises ModelError."""
    loaded = Engine(found.model, found.version)
    loaded.preflight()
    return loaded


def _refuse_retired(known: Settings, held: Bundle) -> None:
    """Ask the registry, and where it is away what sync last saw, whether a version on this host is retired."""
    from churn.lifecycle import delivery
    from churn.stores.tracking import peek, retirements
    from churn.stores.tracking.registry import Registry

    try:
        gone = peek.missing(known.store)
        tags = {} if gone else Registry(known.store, str(held.manifest["model"])).tags()
    except TrackingError:
        gone = True
    if gone:
        delivery.refuse_retired_here(known.bundle_dir, held.version, held.digest)
    else:
        retirements.read(tags).refuse(held.version, held.digest)


def _fetched(known: Settings, version: int | None, replayed: bool) -> Bundle:
    from churn.lifecycle import delivery, promotion
    from churn.lifecycle.aliases import CHAMPION
    from churn.params.register import Register
    from churn.params.section import load
    from churn.stores.tracking.registry import Registry

    params = load(Register)
    registry = Registry(known.store, params.model)
    number = version or registry.aliases().get(CHAMPION)
    if number is None:
        raise ModelError(f"{params.model} has no @{CHAMPION} yet; run `make pipeline`, or name a version")
    wanted = delivery.find(registry, number)
    return delivery.deliver(registry, known.bundle_dir, wanted, promotion.history(known, params), replayed)
