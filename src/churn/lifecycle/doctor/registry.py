"""The registry: store, aliases, promotion records, the champion's bytes."""

from churn.lifecycle import promotion
from churn.lifecycle.aliases import CHALLENGER, CHAMPION
from churn.lifecycle.doctor.finding import Finding, fault, ok
from churn.lifecycle.version_tags import read_verdict
from churn.params.register import Register
from churn.params.section import load
from churn.scoring.scorer import Scorer
from churn.settings import Settings
from churn.stores.tracking import retirements, store
from churn.stores.tracking.registry import Registry

HISTORY = "look at `churn history`"


def reached(known: Settings) -> Finding:
    """See whether the MLflow store is there and answers; a local one is not made by looking."""
    if known.store.startswith(store.SQLITE) and not store.file(known.store).exists():
        return fault("mlflow", f"there is no {store.file(known.store)}", "make pipeline, or set MLFLOW_TRACKING_URI")
    versions = Registry(known.store, load(Register).model).versions()
    if not versions:
        return fault("mlflow", f"{store.redacted(known.store)} holds no version", "dvc repro registers one")
    return ok("mlflow", f"{store.redacted(known.store)} holds {len(versions)} version(s)")


def champion(known: Settings) -> Finding:
    """See whether there is a champion, whether it may be one, and whether its bytes are those registered."""
    registry = Registry(known.store, load(Register).model)
    aliases, tags = registry.marks()
    found = registry.by_alias(CHAMPION)
    if CHAMPION not in aliases:
        return fault("champion", f"no version is @{CHAMPION}", "churn promote")
    if found is None:
        return fault("champion", f"@{CHAMPION} is version {aliases[CHAMPION]}, which is gone", "churn rollback")
    if found.digest in retirements.read(tags).standing:
        return fault("champion", f"version {found.number} is @{CHAMPION} and was retired", "churn rollback")
    Scorer(registry.fetch(found))
    return ok("champion", f"version {found.number}, its bytes as registered")


def challenger(known: Settings) -> Finding:
    """See what the gate said of the challenger."""
    registry = Registry(known.store, load(Register).model)
    found = registry.by_alias(CHALLENGER)
    if found is None:
        return fault("challenger", f"no version is @{CHALLENGER}", "dvc repro")
    verdict = read_verdict(found)
    if verdict is None:
        return fault("challenger", f"version {found.number} has no verdict that can be read", "dvc repro register")
    return ok("challenger", f"version {found.number}; gate: {verdict.state}")


def records(known: Settings) -> Finding:
    """See whether the promotion records hold together, none is half-done, and the alias is where they say."""
    told = promotion.history(known, load(Register))
    broken = [f"{one.intent.number} ({one.fault})" for one in told if one.fault]
    if broken:
        return fault(
            "records", f"cannot be trusted: {', '.join(broken)}", f'{HISTORY}, then `churn repair --why "..."`'
        )
    if any(one.open for one in told):
        return fault(
            "records", "a promotion was cut off in the middle", "churn promote or churn rollback settles it first"
        )
    said = next((one.intent.to_version for one in reversed(told) if one.done), None)
    found = Registry(known.store, load(Register).model).aliases().get(CHAMPION)
    if said != found:
        words = f"@{CHAMPION} is version {found or 'none'}, the records say {said or 'none'}: it was moved by hand"
        return fault("records", words, f"{HISTORY}, then churn rollback or churn promote")
    return ok("records", f"{len(told)} promotion record(s), whole, and @{CHAMPION} is where they say")
