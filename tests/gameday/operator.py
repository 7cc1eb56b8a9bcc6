"""What the house does at a window's end: it looks, it trains when it decided to, and a person merges what passed.

The person here approves every challenger that the gate lets pass, and nothing else; so whatever is promoted wrongly is
the gate's doing and the ladder's, not a person's luck.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.monitoring.run import Watched, monitor
from churn.lifecycle.regret import look as regret
from churn.params.campaign import Campaign
from churn.params.experiment import Experiment
from churn.params.register import Register
from churn.params.section import load
from churn.scoring.scorer import Scorer
from churn.services.client.client import ChurnClient
from churn.settings import Settings
from churn.stores.tracking.registry import Registry
from gameday.calendar import Calendar
from gameday.diary import Diary, Page, Promotion
from gameday.place import House
from gameday.world import Month

TRAINING = ("retrain", "prepare")
SERVED_WITHIN, STEP = 60.0, 0.1
MICRO = 1_000_000


@dataclass
class Operator:
    """Works in the house through the product's own commands."""

    house: House
    client: ChurnClient
    calendar: Calendar
    settings: Settings = field(init=False)
    names: Register = field(init=False)
    campaign: Campaign = field(init=False)

    def __post_init__(self) -> None:
        """Read what the house's commands read."""
        places: dict[str, Any] = self.house.environment()
        self.settings = Settings(_env_file=None, **places)
        self.names = load(Register, self.house.clone / "params.yaml")
        self.campaign = load(Campaign, self.house.clone / "params.yaml")

    def look_back(self, month: Month, page: Page) -> None:
        """End a window: monitor, roll back what is regretted, train what was decided, promote what passed."""
        now, before = self.calendar.over(month.window), self.champion()
        with contextlib.chdir(self.house.clone):
            watched = monitor(self.settings, int(now.timestamp()) * MICRO)
            found = regret.automatic(self.settings, self.names, load(Experiment), int(now.timestamp()) * MICRO)
        _note(watched, page)
        if self.champion() != before:
            page.said.append(found.words)
            self._moved(before, "rollback", month, page)
        if watched.decision.id and watched.decision.action in TRAINING:
            self._train(now.isoformat(), month, page)

    def champion(self) -> int:
        """Give the version that the alias names."""
        return self._registry().aliases()[CHAMPION]

    def first(self, page: Page) -> None:
        """Note the champion at a window's beginning, when the service answers with it."""
        page.version = self.champion()
        self.served(page.version)

    def drill(self, diary: Diary) -> None:
        """Roll back once more than needed, and take the time: until the alias has moved, and until it is served."""
        if len({page.version for page in diary.pages}) == 1:
            return
        began = time.monotonic()
        diary.rollback_seconds = self.house.churn("rollback", "--why", "drill of the game day").seconds
        self.served(self.champion())
        diary.served_seconds = time.monotonic() - began

    def served(self, version: int) -> None:
        """Wait until the service answers with a version."""
        until = time.monotonic() + SERVED_WITHIN
        while self.client.model_info().version != version:
            if time.monotonic() > until:
                raise RuntimeError(f"version {version} is champion and was not served within {SERVED_WITHIN:g} s")
            time.sleep(STEP)

    def _train(self, now: str, month: Month, page: Page) -> None:
        self.house.churn("export", "--now", now)
        page.batches = sorted(one.name for one in (self.house.clone / "data/incoming").glob("*.csv"))
        done = self.house.churn("retrain", "--now", now, fails=None)
        page.retrained = done.code == 0
        page.said += done.said.splitlines()[-2 if page.retrained else -1 :]
        if page.retrained:
            self._approve(done.said.splitlines()[-1], month, page)

    def _approve(self, branch: str, month: Month, page: Page) -> None:
        """Promote what passed, `churn promote` refuses all else; then merge its branch, as one merges a request."""
        before = self.champion()
        done = self.house.churn("promote", "--why", f"window {page.window}: the gate said pass", fails=None)
        page.gate = "pass" if done.code == 0 else "held back"
        page.said += [one for one in done.said.splitlines() if one.startswith(("error", "version"))][:1]
        if self.champion() != before:
            self._moved(before, "promote", month, page)
            self.house.merge(branch)

    def _moved(self, before: int, action: str, month: Month, page: Page) -> None:
        """Note what a move of the alias truly changes for the customers of this window."""
        after = self.champion()
        earned = [month.earned(self._said(version, month), self.campaign) for version in (after, before)]
        page.moves.append(Promotion(before, after, action, earned[0] - earned[1]))

    def _said(self, version: int, month: Month) -> NDArray[np.float64]:
        registry = self._registry()
        (found,) = [one for one in registry.versions() if one.number == version]
        return Scorer(registry.fetch(found)).probabilities(month.rows)

    def _registry(self) -> Registry:
        return Registry(self.settings.store, self.names.model)


def _note(watched: Watched, page: Page) -> None:
    for one in watched.readings:
        if one.state == "alarm":
            page.alarms.append({"kind": one.kind, "version": one.model_version, "words": one.words})
        elif one.state == "unknown":
            page.unknown.append(f"{one.kind}: {one.words}")
    told = asdict(watched.decision)
    page.decision = {name: told[name] for name in ("action", "cause", "words", "money")} | {"new": bool(told["id"])}


def lines(page: Page) -> Iterator[str]:
    """Say a window in lines."""
    yield (
        f"window {page.window} ({page.since}): version {page.version}, {page.scored:,} scored, {page.refused:,} "
        f"refused, {page.called:,} called, earned {page.earned:,.0f} of {page.best:,.0f}, {page.seconds:.0f} s"
    )
    for one in page.alarms:
        yield f"  alarm {one['kind']}: {one['words']}"
    yield f"  {page.decision.get('action')} ({page.decision.get('cause')}): {page.decision.get('words')}"
    yield from (f"  {one}" for one in page.said)
