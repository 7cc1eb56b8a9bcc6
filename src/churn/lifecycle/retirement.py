"""Take a version out of use for good, with a reason, or bring it back: on record either way."""

from datetime import UTC, datetime

from churn.errors import RetirementRefused
from churn.lifecycle import delivery, pins
from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.one_writer import one_writer
from churn.params.register import Register
from churn.settings import Settings
from churn.stores import whole
from churn.stores.tracking import retirements
from churn.stores.tracking.registry import Registry, Version
from churn.stores.tracking.retirements import Action, Deed, Retirements

LONGEST = 500
"""Characters of a reason: it is told in a line."""


def retire(settings: Settings, params: Register, number: int, why: str) -> str:
    """Retire a version, so that no door promotes, pins or serves it; say what was done.

    Raises RetirementRefused while it answers customers, ModelError when there is none, TrackingError when MLflow is
    away.
    """
    reason = _reason(why)
    with one_writer(settings):
        registry = Registry(settings.store, params.model)
        version, told = _found(registry, number)
        if before := told.standing.get(version.digest):
            raise RetirementRefused(f"version {number} is retired already: {before.words}")
        _refuse_in_use(settings, registry, version)
        _write(registry, told, "retire", version, settings.who, reason)
    return f"version {number} is retired: {reason}; `churn versions unretire {number}` brings it back"


def unretire(settings: Settings, params: Register, number: int, why: str) -> str:
    """Let a retired version be used again; say what was done. It moves no alias.

    Raises RetirementRefused when it is not retired, ModelError when there is none, TrackingError when MLflow is away.
    """
    reason = _reason(why)
    with one_writer(settings):
        registry = Registry(settings.store, params.model)
        version, told = _found(registry, number)
        if version.digest not in told.standing:
            raise RetirementRefused(f"version {number} is not retired; `churn versions` shows which are")
        _write(registry, told, "unretire", version, settings.who, reason)
    return f"version {number} may be used again: {reason}"


def tell(told: Retirements) -> list[str]:
    """Tell all deeds, a line each, and what is wrong with their records."""
    broken = [f"BROKEN: the records of retired versions cannot be trusted: {told.fault}"] if told.fault else []
    return [f"{one.when}  {one.action:<8} {one.version}  {one.who}: {one.why}" for one in told.deeds] + broken


def _found(registry: Registry, number: int) -> tuple[Version, Retirements]:
    version = delivery.find(registry, number)
    if not version.digest:
        raise RetirementRefused(f"version {number} tells no digest of its model, so no door serves it as it is")
    told = retirements.read(registry.tags())
    told.refuse_broken()
    return version, told


def _refuse_in_use(settings: Settings, registry: Registry, version: Version) -> None:
    name = f"version {version.number}"
    champion = registry.by_alias(CHAMPION)
    if champion and champion.digest == version.digest:
        raise RetirementRefused(
            f"{name} is @{CHAMPION} and answers customers; `churn promote` or `churn rollback` another one first"
        )
    pin = pins.read(settings.bundle_dir)
    if pin and pin.digest == version.digest:
        raise RetirementRefused(f"{name} is pinned on this host by {pin.who} ({pin.why}); `churn unpin` first")
    served = whole.serving(settings.bundle_dir)
    if served and served.digest == version.digest:
        raise RetirementRefused(f"{name} is what this host serves; `churn sync --once` brings the champion first")


def _write(registry: Registry, told: Retirements, action: Action, version: Version, who: str, why: str) -> None:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    retirements.append(registry, told, Deed(0, when, who, action, version.number, why, version.digest, ""))


def _reason(why: str) -> str:
    words = " ".join(why.split())
    if not words or not words.isprintable():
        raise RetirementRefused('say why, in words: it is kept and shown to whoever asks; --why "..."')
    if len(words) > LONGEST:
        raise RetirementRefused(f"the reason has {len(words)} characters; {LONGEST} are shown in a line")
    return words
