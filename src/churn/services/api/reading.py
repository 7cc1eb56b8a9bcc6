"""What the reading routes share: who may read what, a ledger up to date, the registry as sync saw it."""

from collections.abc import Callable
from typing import Any, TypeVar

from churn.services.api.problems import Refusal
from churn.services.api.served import STALE_SECONDS
from churn.services.api.state import State
from churn.stores import notices

T = TypeVar("T")


async def ask(known: State, query: Callable[..., T], *args: Any, **named: Any) -> T:
    """Ask the ledger, once every row that was acknowledged can be seen. Raises LedgerError."""
    await known.ledger.catch_up()
    return await known.ledger.read(query, *args, **named)


def allowed(known: State, purpose: str) -> str:
    """Give the purpose, if this service may tell of it. Raises Refusal."""
    if purpose == "simulated" and not known.settings.simulation:
        raise Refusal(403, "purpose simulated needs a service started with CHURN_SIMULATION=1")
    return purpose


def sync_said(known: State) -> tuple[dict[str, Any], str]:
    """Give how sync stands on this host, empty where it never ran; and the same in words."""
    status = notices.status(known.settings.bundle_dir)
    if status is None and notices.spoilt(known.settings.bundle_dir, notices.STATUS):
        return {}, "how sync stands is unknown: its status.json cannot be read; a running sync writes it anew"
    if status is None:
        return {}, "sync has not run on this host; start it: churn sync"
    if (silent := status["silent_seconds"]) > STALE_SECONDS:
        return status, f"sync has said nothing for {silent:.0f} s; the model may be an old one"
    return status, str(status.get("words", ""))


def registry(known: State) -> dict[str, Any]:
    """Give the registry as sync last saw it on this host. Raises Refusal."""
    seen = notices.registry(known.settings.bundle_dir)
    if seen is None and notices.spoilt(known.settings.bundle_dir, notices.REGISTRY):
        words = "registry.json, in which sync tells this host what the registry holds, cannot be read"
        raise Refusal(503, f"{words}; a running sync writes it anew within a minute", retry_after=30)
    if seen is None:
        raise Refusal(
            503, "sync has not yet told this host what the registry holds; `churn sync` runs it", retry_after=10
        )
    return seen
