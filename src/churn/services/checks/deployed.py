"""After a promotion: does the service answer well with the new champion? If not, the one before it comes back."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from churn.errors import PromotionRefused
from churn.lifecycle import promotion
from churn.lifecycle.aliases import CHAMPION
from churn.params.register import Register
from churn.services.checks import check, smoke
from churn.services.client.client import ChurnClient
from churn.settings import Settings
from churn.stores.tracking.registry import Registry

PAUSE = 1.0
Seconds = Annotated[float, typer.Option(min=0, help="time to fetch the new champion")]


@dataclass(frozen=True)
class Validated:
    """What was found, and what was done about it."""

    found: list[check.Checked]
    words: str


def validate(service: ChurnClient, known: Settings, model: Register, why: str, seconds: float) -> Validated:
    """Wait `seconds` at most for the champion to answer, and try it; failing, take back the promotion for `why`."""
    champion = Registry(known.store, model.model).by_alias(CHAMPION)
    digest = champion.digest if champion else ""
    found = check.attempt({"serves the champion": partial(serves, service, digest, seconds), **smoke.checks(service)})
    well = all(one.ok for one in found)
    return Validated(found, "nothing to take back" if well else take_back(known, model, why))


def serves(service: ChurnClient, digest: str, seconds: float) -> str:
    """See that the service answers with the model of this digest, once it had the time to fetch it. Raises Failed."""
    check.expect(bool(digest), f"there is no @{CHAMPION} that could be served")
    until = time.monotonic() + seconds
    while (served := service.model_info().digest) != digest and time.monotonic() < until:
        time.sleep(PAUSE)
    check.expect(served == digest, f"after {seconds:.0f} s it still answers with {served:.12}, not {digest:.12}")
    return f"model {digest:.12}"


def take_back(known: Settings, model: Register, why: str) -> str:
    """Roll back the promotion made for this reason, if that was the last thing done to the alias."""
    told = promotion.history(known, model)
    last = told[-1] if told else None
    if last is None or not last.done or (last.intent.action, last.intent.why) != ("promote", why):
        return "this run promoted nothing, so nothing is rolled back"
    author = promotion.Author(known.who, f"{why}: it did not answer well afterwards")
    try:
        return promotion.rollback(known, model, author, only=last.intent.to_version)
    except PromotionRefused as fault:
        return f"could not be rolled back: {fault}"
