"""Promotion records, kept in the registry beside the alias: one tag each, never overwritten, chained by digest."""

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from churn.errors import TrackingError
from churn.stores.tracking.chain import digest, spell
from churn.stores.tracking.registry import Registry

KEY = re.compile(r"^promotion\.(\d{6})\.(intent|done|undone)$")
Ending = Literal["done", "undone"]


@dataclass(frozen=True)
class Intent:
    """What is about to happen to the champion alias; `previous` is the digest of the record before."""

    number: int
    when: str
    who: str
    action: Literal["promote", "rollback"]
    from_version: int | None
    to_version: int
    why: str
    model_digest: str
    previous: str


INTENT = TypeAdapter(Intent)


@dataclass(frozen=True)
class Record:
    """An intent and how it ended; `ending` is None while nobody knows. `fault` says why it cannot be trusted."""

    intent: Intent
    ending: Ending | None
    ended: str | None
    digest: str
    fault: str | None


def read(registry: Registry) -> list[Record]:
    """Read all records, oldest first, and check their chain."""
    kept: dict[int, dict[str, str]] = {}
    for key, text in registry.tags().items():
        if match := KEY.match(key):
            kept.setdefault(int(match[1]), {})[match[2]] = text
    records: list[Record] = []
    for number in sorted(kept):
        records.append(_record(number, kept[number], records[-1] if records else None))
    return records


def begin(registry: Registry, intent: Intent) -> None:
    """Write an intent."""
    registry.tag_once(f"promotion.{intent.number:06d}.intent", spell(asdict(intent)))


def end(registry: Registry, intent: Intent, ending: Ending, when: str) -> None:
    """Write how an intent ended."""
    other = "undone" if ending == "done" else "done"
    if f"promotion.{intent.number:06d}.{other}" in registry.tags():
        raise TrackingError(
            f"promotion record {intent.number} was ended as {other} by another writer; see `churn history`"
        )
    closing = {"when": when, "intent": digest(spell(asdict(intent)))}
    registry.tag_once(f"promotion.{intent.number:06d}.{ending}", spell(closing))


def _record(number: int, texts: dict[str, str], before: Record | None) -> Record:
    intent, broken = _intent(texts.get("intent", ""), number)
    ending: Ending | None = "done" if "done" in texts else "undone" if "undone" in texts else None
    closing = _closing(texts.get(ending or "", "{}"))
    expected = before.digest if before else ""
    missing = number != (before.intent.number + 1 if before else 1)
    faults = {
        "its intent is missing or not readable": broken,
        "the record before it is missing": missing,
        "the record before it was changed": not missing and intent.previous != expected,
        "its ending speaks of another intent": bool(ending)
        and closing.get("intent") != digest(texts.get("intent", "")),
        "it ended twice": {"done", "undone"} <= set(texts),
    }
    fault = next((words for words, wrong in faults.items() if wrong), None)
    own = digest(texts.get("intent", "") + texts.get(ending or "", ""))
    return Record(intent, ending, closing.get("when"), own, fault)


def _intent(text: str, number: int) -> tuple[Intent, bool]:
    try:
        intent = INTENT.validate_json(text, strict=True)
    except ValidationError:
        return Intent(number, "", "", "promote", None, 0, "", "", ""), True
    return replace(intent, number=number), intent.number != number


def _closing(text: str) -> dict[str, str]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        return {}
