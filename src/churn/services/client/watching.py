"""What monitoring read and what was decided upon it."""

from collections.abc import Sequence

from churn.services.api.schemas.readings import DecisionsPage, Kind, ReadingsPage
from churn.services.api.schemas.told import Purpose
from churn.services.client.call import Call, get


def readings(
    *, kind: Sequence[Kind] = (), newest: bool = False, days: int = 366, limit: int = 50, offset: int = 0,
    purpose: Purpose = "production",
) -> Call[ReadingsPage]:  # fmt: skip
    """Page through what monitoring read, the newest window first; with `kind` only those."""
    return get(
        "/monitoring/readings", ReadingsPage, kind=tuple(kind), newest=newest, days=days, limit=limit, offset=offset,
        purpose=purpose,
    )  # fmt: skip


def decisions(
    *, days: int = 366, limit: int = 50, offset: int = 0, purpose: Purpose = "production"
) -> Call[DecisionsPage]:  # fmt: skip
    """Page through what was decided, the newest first."""
    return get("/monitoring/decisions", DecisionsPage, days=days, limit=limit, offset=offset, purpose=purpose)
