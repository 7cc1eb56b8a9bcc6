"""Whether the service lives, and whether it answers."""

from churn.services.api.schemas.told import Told


class Health(Told):
    """Whether the process answers."""

    status: str = "alive"


class Part(Told):
    """One thing that answers depend on."""

    ok: bool
    words: str


class Readiness(Told):
    """ready: all is well. degraded: answers are given, and something else is wrong. not ready: no answers."""

    status: str
    model: Part
    ledger: Part
    registry: Part
    model_version: int | None = None
