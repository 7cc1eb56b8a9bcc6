"""Acts by which a person took a broken chain of records for what it is: a tag of the model each, never overwritten.

A repair changes no record. It names what it takes, by a digest over the whole chain as it stood: one more change breaks
the chain anew.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from churn.errors import TrackingError
from churn.stores.tracking.chain import digest, spell
from churn.stores.tracking.registry import Registry

KEY = re.compile(r"^repair\.(\d{6})$")
NUMBERED = re.compile(r"^(promotion|retirement)\.(\d{6})(\.|$)")
Chain = Literal["promotion", "retirement"]


@dataclass(frozen=True)
class Repair:
    """Who took which chain up to which record for true as it stands, with which faults; `previous` as in a record."""

    number: int
    when: str
    who: str
    why: str
    chain: Chain
    upto: int
    covers: str
    faults: list[str]
    previous: str

    @property
    def words(self) -> str:
        """Say it in a line."""
        return f"{self.chain} records up to {self.upto} were taken as they are by {self.who}: {self.why}"


REPAIR = TypeAdapter(Repair)


@dataclass(frozen=True)
class Repairs:
    """All repairs in their order, the digest of the last, and why they cannot be trusted, if so."""

    acts: list[Repair]
    last: str = ""
    fault: str = ""

    def refuse_broken(self) -> None:
        """Raise TrackingError if the repairs themselves were changed: nothing mends that but a copy of the registry."""
        if self.fault:
            raise TrackingError(
                f"the records of repairs cannot be trusted: {self.fault}; restore the registry's backup"
            )

    def covering(self, chain: Chain, tags: Mapping[str, str]) -> Repair | None:
        """Give the widest repair that covers a chain as it stands; none where anything it covers changed since."""
        if self.fault:
            return None
        sound = [one for one in self.acts if one.chain == chain and one.covers == covered(chain, tags, one.upto)]
        return max(sound, key=lambda one: one.upto, default=None)


def read(tags: Mapping[str, str]) -> Repairs:
    """Read the repairs among the tags of the model, and check their chain."""
    kept = sorted((int(match[1]), text) for key, text in tags.items() if (match := KEY.match(key)))
    acts: list[Repair] = []
    last, fault = "", ""
    for place, (number, text) in enumerate(kept, 1):
        act = _act(text)
        sound = act is not None and act.number == number == place and act.previous == last
        fault = fault or ("" if sound else f"repair {number} is missing, was changed, or cannot be read")
        acts += [act] if act else []
        last = digest(text)
    return Repairs(acts, last, fault)


def append(registry: Registry, told: Repairs, act: Repair) -> None:
    """Write a repair behind the others. Raises TrackingError if another writer was first."""
    whole = replace(act, number=len(told.acts) + 1, previous=told.last)
    registry.tag_once(f"repair.{whole.number:06d}", spell(asdict(whole)))


def covered(chain: Chain, tags: Mapping[str, str], upto: int) -> str:
    """Digest all tags of a chain up to a record, as they stand."""
    mine = {key: text for key, text in tags.items() if (at := _place(chain, key)) is not None and at <= upto}
    return digest(spell(mine))


def newest(chain: Chain, tags: Mapping[str, str]) -> int:
    """Give the highest number of any tag of a chain; 0 where there is none."""
    return max((at for key in tags if (at := _place(chain, key)) is not None), default=0)


def _place(chain: Chain, key: str) -> int | None:
    match = NUMBERED.match(key)
    return int(match[2]) if match and match[1] == chain else None


def _act(text: str) -> Repair | None:
    try:
        return REPAIR.validate_json(text, strict=True)
    except ValidationError:
        return None
