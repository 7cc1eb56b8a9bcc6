"""Whether the service lives, and whether it answers."""

from pydantic import Field

from churn.services.api.schemas.told import Told, Version, shows


class Health(Told):
    """Whether the process answers."""

    status: str = "alive"


class Part(Told):
    """One thing that answers depend on."""

    model_config = shows(ok=True, words="serving")

    ok: bool
    words: str


class Readiness(Told):
    """ready: all is well. degraded: answers are given, and something else is wrong. not ready: no answers."""

    model_config = shows(
        status="ready",
        ledger={"ok": True, "words": "writing"},
        registry={"ok": True, "words": "version 1 is served"},
        model_version=1,
        simulation=False,
    )

    status: str
    model: Part
    ledger: Part
    registry: Part
    model_version: Version | None = None
    simulation: bool = Field(description="whether this service takes simulated customers, and tells of them")
