"""The promises about the statistics themselves, as `make simulate` measured them."""

from typing import Any

from churn.page import numbers
from churn.steps.kpi.promise import Promise, State, unknown
from churn.steps.kpi.sources import Sources, lines

COMMAND = "make simulate"
PARTS = {
    "drift": "False alarms and power of the drift check",
    "gate": "False promotion and power of the gate",
    "intervals": "Coverage of the intervals",
    "million": "A million rows through the pipeline",
}


def promises(sources: Sources) -> list[Promise]:
    """List every promise of every part; a part without any is unknown."""
    return [one for part, words in PARTS.items() for one in _of(sources.simulations, part, words)]


def _of(simulations: Any, part: str, words: str) -> list[Promise]:
    found = [
        _promise(part, table, one) for table in lines(simulations, part, "tables") for one in lines(table, "promises")
    ]
    why = "it has not been simulated here, or its report is not committed"
    return found or [unknown(_about(part), words, "see the report", why, COMMAND)]


def _promise(part: str, table: dict[str, Any], one: dict[str, Any]) -> Promise:
    met = one.get("met")
    state: State = "unknown" if not isinstance(met, bool) else "met" if met else "not met"
    measured, interval, words = (str(one.get(name) or "") for name in ("figure", "interval", "words"))
    return Promise(
        about=_about(part),
        promise=words or str(table.get("title")),
        target="as promised",
        measured=measured or numbers.UNKNOWN,
        interval=interval,
        state=state,
        why="" if state != "unknown" else "the report does not say",
        command=str(table.get("command") or COMMAND),
    )


def _about(part: str) -> str:
    return f"Simulated: {part}"
