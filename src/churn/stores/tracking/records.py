"""Promotion records, kept in the registry beside the alias: one tag each, never overwritten, chained by digest."""

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from churn.errors import TrackingError
from churn.stores.tracking import repairs
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
    """An intent and how it ended; `ending` is None while nobody knows.

    `fault` says why it cannot be trusted; `mended`, the fault with which a repair took it. `doubtful` is a record whose
    own words are not what was written: even when it was taken as it is, nothing is done by it.
    """

    intent: Intent
    ending: Ending | None
    ended: str | None
    digest: str
    fault: str | None
    doubtful: bool = False
    mended: str | None = None

    @property
    def done(self) -> bool:
        """Tell whether the alias was moved, as far as that may be built on."""
        return self.ending == "done" and not (self.mended and self.doubtful)

    @property
    def open(self) -> bool:
        """Tell whether nobody knows yet how it ended, and somebody may find out."""
        return self.ending is None and self.fault is None and self.mended is None


def read(registry: Registry) -> list[Record]:
    """Read all records, oldest first, and check their chain; what a repair took as it is has no fault."""
    tags = registry.tags()
    kept: dict[int, dict[str, str]] = {}
    for key, text in tags.items():
        if match := KEY.match(key):
            kept.setdefault(int(match[1]), {})[match[2]] = text
    records: list[Record] = []
    for number in sorted(kept):
        records.append(_record(number, kept[number], records[-1] if records else None))
    act = repairs.read(tags).covering("promotion", tags)
    return [_mended(one) if act and one.intent.number <= act.upto else one for one in records]


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
    own = {
        "its intent is missing or not readable": broken,
        "its ending speaks of another intent": bool(ending)
        and closing.get("intent") != digest(texts.get("intent", "")),
        "it ended twice": {"done", "undone"} <= set(texts),
    }
    faults = {
        "its intent is missing or not readable": broken,
        "the record before it is missing": missing,
        "the record before it was changed": not missing and intent.previous != expected,
        **own,
    }
    fault = next((words for words, wrong in faults.items() if wrong), None)
    whole = digest(texts.get("intent", "") + texts.get(ending or "", ""))
    return Record(intent, ending, closing.get("when"), whole, fault, doubtful=any(own.values()))


def _mended(record: Record) -> Record:
    return replace(record, fault=None, mended=record.fault)


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
