"""What the service may not have kept: read it, or say plainly that it is not there."""

from typing import Any

from churn.errors import ServiceError
from churn.services.dashboard import frame, look, source

MISSING = 404


def found(lacking: str, name: str, /, **options: Any) -> Any:
    """Read what may be missing; where it is, say so with `lacking` and give None. Raises ServiceError."""
    try:
        return source.read(name, **options)
    except ServiceError as fault:
        if fault.status != MISSING:
            raise
        frame.empty(lacking, look.shown(fault))
        return None
