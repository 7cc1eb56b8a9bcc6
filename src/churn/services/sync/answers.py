"""What workers ask of sync, done and answered."""

import logging
from collections.abc import Callable
from typing import Any, NoReturn

from churn.errors import BundleError, ChurnError, TrackingError
from churn.lifecycle import delivery, pins, promotion
from churn.lifecycle.promotion import Author
from churn.services.sync.sync import Sync
from churn.stores import asks, whole
from churn.stores.asks import Ask
from churn.stores.bundle import Bundle
from churn.stores.tracking import retirements

log = logging.getLogger("churn.sync")

CUT_OFF = "sync was stopped while it rolled back, and does not do it twice; `churn history` tells what was done"


def handle(sync: Sync) -> None:
    """Do and answer all that was asked."""
    for asked in asks.waiting(sync.root):
        cut_off = asked.again and asked.action == "rollback"
        if not asked.again:
            asks.take(sync.root, asked)
        told = {"ok": False, "words": CUT_OFF} if cut_off else _done(sync, asked)
        log.info("%s: %s", asked.action, told["words"])
        asks.reply(sync.root, asked, told)


def _done(sync: Sync, asked: Ask) -> dict[str, Any]:
    try:
        return {"ok": True} | DEEDS.get(asked.action, _unknown)(sync, asked.details)
    except (ChurnError, OSError) as fault:
        return {"ok": False, "error": type(fault).__name__, "words": str(fault)}
    except Exception as fault:
        log.exception("an unforeseen fault")
        return {"ok": False, "error": type(fault).__name__, "words": f"{type(fault).__name__}; see sync's log"}


def _reload(sync: Sync, _: dict[str, Any]) -> dict[str, Any]:
    sync.turn(at_once=True)
    standing = sync.standing
    return {"ok": standing.registry == "ok" and not (standing.refused or standing.trouble), **_now(sync)}


def _pin(sync: Sync, said: dict[str, Any]) -> dict[str, Any]:
    number, author = _number(said), _author(said)
    found = whole.held(sync.root, number) or sync.bring(number)
    _refuse_retired(sync, found)
    delivery.prove(found.model, number)
    pins.put(sync.root, number, found.digest, author.who, author.why)
    sync.turn(at_once=True)
    return _now(sync)


def _unpin(sync: Sync, _: dict[str, Any]) -> dict[str, Any]:
    pins.lift(sync.root)
    sync.turn(at_once=True)
    return _now(sync)


def _rollback(sync: Sync, said: dict[str, Any]) -> dict[str, Any]:
    words = promotion.rollback(sync.settings, sync.params, _author(said))
    sync.turn(at_once=True)
    now = _now(sync)
    return now | {"words": f"{words}; {now['words']}"}


def _fetch(sync: Sync, said: dict[str, Any]) -> dict[str, Any]:
    """Have a version on this host; who names its digest replays what it answered, and may have a retired one."""
    number = _number(said)
    digest = said.get("digest")
    found = whole.held(sync.root, number, digest) or sync.bring(number, replayed=digest is not None)
    if digest is None:
        _refuse_retired(sync, found)
    return {"version": number, "digest": found.digest, "words": f"version {number} is on this host"}


def _refuse_retired(sync: Sync, found: Bundle) -> None:
    """Raise ModelError if a version is retired, by the registry or, where it is away, by what it last held."""
    try:
        told = retirements.read(sync.open().tags())
    except TrackingError:
        delivery.refuse_retired_here(sync.root, found.version, found.digest)
        return
    told.refuse(found.version, found.digest)
    told.refuse_broken()


def _unknown(_: Sync, said: dict[str, Any]) -> NoReturn:
    raise BundleError(f"not a request of sync's (found {str(said)[:80]}); it does {', '.join(DEEDS)}")


DEEDS: dict[str, Callable[[Sync, dict[str, Any]], dict[str, Any]]] = {
    "reload": _reload,
    "pin": _pin,
    "unpin": _unpin,
    "rollback": _rollback,
    "fetch": _fetch,
}


def _now(sync: Sync) -> dict[str, Any]:
    served = whole.serving(sync.root)
    return {"version": served.version if served else None, "words": sync.standing.words(served)}


def _number(said: dict[str, Any]) -> int:
    number = said.get("version")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise BundleError(f"say which version, a whole number from 1 up (found {number!r})")
    return number


def _author(said: dict[str, Any]) -> Author:
    who, why = (str(said.get(name) or "").strip() for name in ("who", "why"))
    if not who or not why:
        raise BundleError("say who wants it and why: it is kept")
    return Author(who, why)
