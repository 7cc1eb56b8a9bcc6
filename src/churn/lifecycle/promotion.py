"""Move the champion alias, forwards or back, and leave a record that cannot be rewritten unseen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from churn.errors import ModelError, PromotionRefused, TrackingError
from churn.lifecycle.aliases import CHALLENGER, CHAMPION
from churn.lifecycle.one_writer import one_writer
from churn.params.register import Register
from churn.scoring.engine import Engine
from churn.settings import Settings
from churn.stores.ledger.advisory import Sure
from churn.stores.tracking import records, retirements
from churn.stores.tracking.records import Intent, Record
from churn.stores.tracking.registry import Registry, Version

if TYPE_CHECKING:
    from churn.lifecycle.permission import Wish  # it knows the gate, which a rollback need not wait for


@dataclass(frozen=True)
class Author:
    """Who moves the alias, and why."""

    who: str
    why: str


def promote(
    settings: Settings,
    params: Register,
    author: Author,
    wish: "Wish | None" = None,
    show: Callable[[str], None] = lambda _: None,
) -> str:
    """Make the challenger the champion if the gate said pass against today's champion; say what was done.

    What would move is shown first, refused or not. Raises PromotionRefused when the challenger stays, TrackingError
    when MLflow is away or the records cannot be trusted.
    """
    from churn.lifecycle.permission import PLAIN, approval, refuse, tell_proposal

    wish = wish or PLAIN
    with one_writer(settings) as sure:
        registry = _open(settings, params)
        challenger, current = _wanted(registry, wish.digest), registry.by_alias(CHAMPION)
        if current and current.number == challenger.number:
            return f"version {current.number} is already @{CHAMPION}; nothing to do"
        _refuse_retired(registry, challenger)
        show(tell_proposal(challenger, current))
        refuse(challenger, current, records.read(registry), wish)
        if wish.dry:
            return f"version {challenger.number} would become @{CHAMPION}; nothing was moved"
        approved = Author(author.who, approval(author.who, author.why)) if wish.refresh else author
        return _move(registry, "promote", (current, challenger), approved, sure)


def rollback(settings: Settings, params: Register, author: Author, only: int | None = None) -> str:
    """Give the alias back to the champion before this one, its bytes verified; say what was done.

    One that was retired since is passed over. With `only`, that version alone is taken back, and no other that became
    champion meanwhile. Raises as `promote` does.
    """
    with one_writer(settings) as sure:
        registry = _open(settings, params)
        current = registry.by_alias(CHAMPION)
        if only is not None and (current is None or current.number != only):
            raise PromotionRefused(f"version {only} is not @{CHAMPION} any more; nothing was moved")
        target, passed = before(registry, current)
        if target is None:
            why = f"no earlier @{CHAMPION} to go back to{passed}"
            raise PromotionRefused(f"{registry.name} has {why}; see `churn history`")
        return _move(registry, "rollback", (current, target), author, sure) + passed


def history(settings: Settings, params: Register) -> list[Record]:
    """Give all promotion records, oldest first; a query, so one that is still open stays open."""
    return records.read(Registry(settings.store, params.model))


def reigns(told: list[Record]) -> list[Intent]:
    """List the promotions that a rollback would walk back through, that of today's champion last."""
    stack: list[Intent] = []
    for intent in (record.intent for record in told if record.done):
        if intent.action == "promote":
            stack.append(intent)
        while stack and stack[-1].model_digest != intent.model_digest:
            stack.pop()
    return stack


def _wanted(registry: Registry, digest: str | None) -> Version:
    """Find the version that is to be promoted: the one with the alias, or the one of these model bytes."""
    if digest == "":
        raise PromotionRefused("the digest of the model that was approved is empty; see model/model_metadata.json")
    found = registry.by_digest(digest) if digest else registry.by_alias(CHALLENGER)
    if found is None and digest:
        raise PromotionRefused(f"{registry.name} has no version with digest {digest[:64]}; run `dvc repro register`")
    if found is None:
        raise PromotionRefused(f"{registry.name} has no @{CHALLENGER}; run `dvc repro` first")
    return found


def before(registry: Registry, current: Version | None) -> tuple[Version | None, str]:
    """Find the newest earlier champion that is still kept and not retired; say which were passed over."""
    kept = {one.digest: one for one in registry.versions()}
    reigned = [intent.model_digest for intent in reigns(records.read(registry))]
    if current and reigned[-1:] == [current.digest]:
        reigned.pop()
    earlier = [kept[digest] for digest in reversed(reigned) if digest in kept]
    told = retirements.read(registry.tags())
    told.refuse_broken()
    passed = list(takewhile(lambda one: one.digest in told.standing, earlier))
    words = "".join(f"; version {one.number} was {told.standing[one.digest].words}" for one in passed)
    return next(iter(earlier[len(passed) :]), None), words


def settle(registry: Registry) -> list[Record]:
    """Finish or undo an intent that a killed process left open, as the alias says; give all records."""
    told = records.read(registry)
    left = [record.intent for record in told if record.open]
    for intent in left:
        moved = registry.aliases().get(CHAMPION) == intent.to_version
        records.end(registry, intent, "done" if moved else "undone", _now())
    return records.read(registry) if left else told


def _open(settings: Settings, params: Register) -> Registry:
    """Open the registry for a change: what was left unfinished is settled, a broken chain stops everything."""
    registry = Registry(settings.store, params.model)
    for record in settle(registry):
        if record.fault:
            number = record.intent.number
            raise TrackingError(
                f"{registry.name}: promotion record {number} cannot be trusted: {record.fault}; "
                'look at `churn history`, and take it for what it is: `churn repair --why "..."`'
            )
    return registry


def _move(
    registry: Registry,
    action: Literal["promote", "rollback"],
    way: tuple[Version | None, Version],
    author: Author,
    sure: Sure,
) -> str:
    """Move the alias from one version to another; `sure` raises if the right to do so was lost meanwhile."""
    current, target = way
    Engine(registry.fetch(target), target.number).preflight()
    told = records.read(registry)
    intent = Intent(
        number=told[-1].intent.number + 1 if told else 1,
        when=_now(),
        who=author.who,
        action=action,
        from_version=current.number if current else None,
        to_version=target.number,
        why=author.why,
        model_digest=target.digest,
        previous=told[-1].digest if told else "",
    )
    sure()
    records.begin(registry, intent)
    sure()
    registry.alias(CHAMPION, target.number)
    records.end(registry, intent, "done", _now())
    return f"version {target.number} is @{CHAMPION} ({action}, before it: {intent.from_version or 'none'})"


def _refuse_retired(registry: Registry, challenger: Version) -> None:
    told = retirements.read(registry.tags())
    told.refuse_broken()
    try:
        told.refuse(challenger.number, challenger.digest)
    except ModelError as fault:
        raise PromotionRefused(str(fault)) from fault


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
