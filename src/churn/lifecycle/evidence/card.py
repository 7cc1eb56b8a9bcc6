"""The card of a pull request: what the gate says, what changes for customers, and why the model was made."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from churn.errors import TableError
from churn.lifecycle.evidence import data, moves
from churn.lifecycle.evidence.markdown import safe, table
from churn.lifecycle.verdict import Check, Verdict
from churn.stores import files

NEXT = {
    "pass": "Merging this is the approval: only then does `churn promote` run, and it asks the gate once more.",  # nosec B105 a state of the gate
    "fail": "Merging this promotes nobody: the champion stays until a challenger is shown to be better.",
    "unknown": "Merging this promotes nobody: what could not be shown does not pass.",
}
REFRESH = (
    'As a refresh on newer data it passes: `churn promote --refresh --why "..."`, by hand and by name, may take it.'
)


def write(reports: Path, to: Path, cause: str = "") -> None:
    """Write the card of the model that `reports` speak of; `cause` says in words why it was made."""
    files.write_bytes(card(reports, cause).encode(), to)


def card(reports: Path, cause: str = "") -> str:
    """Write the card in Markdown; what cannot be read is said to be unknown, and never to be well."""
    parts = [
        *_gate(_verdict(reports / "gate.json")),
        *["## Why it was made", safe(cause) or "Nobody said.", *data.drift(_read(reports / "drift" / "drift.json"))],
        *["## What it learnt from", *data.validation(_read(reports / "validation.json"))],
        *["## How it does on the test rows", *data.metrics(_read(reports / "metrics.json"))],
    ]
    return "\n\n".join(parts) + "\n"


def _gate(verdict: Verdict | None) -> list[str]:
    if verdict is None:
        return ["# Evidence for a model: unknown", "There is no verdict of the gate to be read.", NEXT["unknown"]]
    refresh = [REFRESH] if verdict.state != "pass" and verdict.refresh.state == "pass" else []
    return [
        f"# Evidence for model `{verdict.challenger:.12}`: {verdict.state}",
        f"{_against(verdict)}: {safe(verdict.reason)}.",
        *[NEXT[verdict.state], *refresh, _checks(verdict.checks), *_segments(verdict), *moves.tell(verdict.migration)],
    ]


def _against(verdict: Verdict) -> str:
    if verdict.champion is None:
        return "Judged as a first model, with no champion to beat"
    return f"Judged against champion `{verdict.champion:.12}` on {verdict.rows:,} rows that neither trained on"


def _checks(checks: list[Check]) -> str:
    return table(("asked", "found", "interval", "bound", "answer"), [_check(one) for one in checks])


def _check(one: Check) -> tuple[str, ...]:
    found = "missing" if one.value is None else f"{one.value:,.5g}"
    interval = "" if one.low is None or one.high is None else f"{one.low:,.5g} to {one.high:,.5g}"
    return one.name, one.note or found, interval, one.bound, one.state


def _segments(verdict: Verdict) -> list[str]:
    worse = [one for one in verdict.segments if one.state == "fail"]
    judged = sum(one.state != "unknown" for one in verdict.segments)
    if not verdict.segments:
        return []
    head = f"Groups of customers: {judged} of {len(verdict.segments)} are large enough to judge, {len(worse)} do worse."
    named = [f"- {safe(one.words)}" for one in worse]
    return ["\n".join([head, "", *named]) if named else head]


def _verdict(path: Path) -> Verdict | None:
    """Read the verdict as the pipeline reports it: without single customers, whom only the registry knows."""
    told = _read(path)
    try:
        moves_of = {name: {"flips": [], **one} for name, one in told.get("migration", {}).items()}
        return Verdict.model_validate({**told, "migration": moves_of})
    except (ValidationError, AttributeError, TypeError):
        return None


def _read(path: Path) -> Any:
    """Read a report; one that is missing or torn tells nothing."""
    try:
        return files.read_json_if_any(path)
    except (TableError, OSError):
        return None
