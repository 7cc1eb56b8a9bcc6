"""Which versions were retired, by whom and why: a tag of the model for each deed, never overwritten, chained by digest.

A model is known by the digest of its bytes, so that it cannot come back under another number.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from churn.errors import ModelError, TrackingError
from churn.stores.tracking import repairs
from churn.stores.tracking.chain import digest, spell
from churn.stores.tracking.registry import Registry

KEY = re.compile(r"^retirement\.(\d{6})$")
Action = Literal["retire", "unretire"]


@dataclass(frozen=True)
class Deed:
    """One retirement, or its undoing; `previous` is the digest of the deed before."""

    number: int
    when: str
    who: str
    action: Action
    version: int
    why: str
    model_digest: str
    previous: str

    @property
    def words(self) -> str:
        """Say it in a sentence's end: who retired it when, and why."""
        return f"{self.action}d by {self.who} on {self.when}: {self.why}"


DEED = TypeAdapter(Deed)


@dataclass(frozen=True)
class Retirements:
    """All deeds in their order, the digest of the last, and why they cannot be trusted, if so.

    `mended` is the number of the last deed that a repair took as it is; `next` that of the deed to come.
    """

    deeds: list[Deed]
    last: str = ""
    fault: str = ""
    mended: int = 0
    next: int = 1

    @property
    def standing(self) -> dict[str, Deed]:
        """Give the deed by which each model is retired now, by digest.

        Of broken records, mended or not, none brings one back.
        """
        found: dict[str, Deed] = {}
        for deed in self.deeds:
            if deed.action == "retire":
                found[deed.model_digest] = deed
            elif not self.fault and deed.number > self.mended:
                found.pop(deed.model_digest, None)
        return found

    def refuse(self, number: int, model_digest: str) -> None:
        """Raise ModelError if this model is known to be retired."""
        if deed := self.standing.get(model_digest):
            raise ModelError(f"version {number} was {deed.words}; a retired version is never served")

    def refuse_broken(self) -> None:
        """Raise TrackingError if the records cannot be trusted: whatever they said of a version is unknown."""
        if self.fault:
            advice = 'look at `churn history`, and take them for what they are: `churn repair --why "..."`'
            raise TrackingError(f"the records of retired versions cannot be trusted: {self.fault}; {advice}")


def read(tags: Mapping[str, str]) -> Retirements:
    """Read the deeds among the tags of the model, and check their chain from where a repair left it."""
    act = repairs.read(tags).covering("retirement", tags)
    mended = act.upto if act else 0
    kept = sorted((int(match[1]), text) for key, text in tags.items() if (match := KEY.match(key)))
    deeds: list[Deed] = []
    last, fault, place = "", "", 0
    for number, text in kept:
        place += 1
        deed = _deed(number, text)
        if number > mended:
            fault = fault or _fault(place, number, deed, last)
        else:
            place = number
        deeds += [deed] if deed else []
        last = digest(text)
    return Retirements(deeds, last, fault, mended, max(place, mended) + 1)


def append(registry: Registry, told: Retirements, deed: Deed) -> None:
    """Write a deed behind the others. Raises TrackingError if another writer was first."""
    whole = replace(deed, number=told.next, previous=told.last)
    registry.tag_once(f"retirement.{whole.number:06d}", spell(asdict(whole)))


def _deed(number: int, text: str) -> Deed | None:
    try:
        deed = DEED.validate_json(text, strict=True)
    except ValidationError:
        return None
    return deed if deed.number == number else None


def _fault(place: int, number: int, deed: Deed | None, last: str) -> str:
    if number != place:
        return f"record {place} is missing"
    if deed is None:
        return f"record {number} cannot be read"
    return "" if deed.previous == last else f"record {number - 1} was changed"
