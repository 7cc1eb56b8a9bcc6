"""Asking the sync process of this host for something, and waiting a little for its answer."""

import asyncio
import time
from typing import Any

from churn.errors import BundleError
from churn.services.api.problems import Refusal
from churn.services.api.state import State
from churn.stores import asks

LOOK_SECONDS = 0.05


async def asked_and_answered(known: State, seconds: float, action: str, **details: Any) -> dict[str, Any] | None:
    """Ask, and give the answer, or None when none came in time."""
    root = known.settings.bundle_dir
    return await answered(known, await sent(known, action, **details), seconds) if root.exists() else None


async def sent(known: State, action: str, **details: Any) -> str:
    """Ask, and give the id under which the answer will be. Raises Refusal when too much waits."""
    try:
        return await asyncio.to_thread(asks.ask, known.settings.bundle_dir, action, **details)
    except (BundleError, OSError) as fault:
        raise Refusal(503, "sync has too many requests waiting, or no place for one", retry_after=30) from fault


async def answered(known: State, name: str, seconds: float) -> dict[str, Any] | None:
    """Wait for the answer to what was asked, or give None when none comes in time."""
    until = time.monotonic() + seconds
    while True:
        told = await asyncio.to_thread(asks.answer, known.settings.bundle_dir, name)
        if told is not None or time.monotonic() > until:
            return told
        await asyncio.sleep(LOOK_SECONDS)
