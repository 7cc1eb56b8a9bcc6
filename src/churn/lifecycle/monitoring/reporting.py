"""Pages for people: what monitoring read in the newest window, and what Evidently draws of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from churn.lifecycle.monitoring import champion as champions
from churn.lifecycle.monitoring import service
from churn.lifecycle.monitoring.drifted import Usual, usual
from churn.lifecycle.monitoring.judge import judge
from churn.lifecycle.monitoring.pages import overview
from churn.lifecycle.monitoring.run import knobs, seeing
from churn.lifecycle.monitoring.scene import Scene, Times
from churn.page.render import render
from churn.params.register import Register
from churn.params.section import load
from churn.settings import Settings
from churn.stores import files
from churn.stores.ledger.opened import opened
from churn.stores.tracking import references

DRIFT, PREDICTIONS, OVERVIEW, READINGS = "drift.html", "predictions.html", "index.html", "readings.json"


def report(known: Settings, root: Path, now: int) -> list[str]:
    """Write the pages of the newest whole window into a folder of its own, and log them with the champion.

    Nothing is decided, kept or alerted. Raises LedgerError, and TrackingError where the registry is away.
    """
    scene = asyncio.run(_scene(known, now))
    folder = root / f"{datetime.fromtimestamp(scene.times.arrived[1] / 1e6, UTC):%Y-%m-%d}-{known.purpose}"
    found = judge(scene, service.ask(known))
    said = [f"{folder / OVERVIEW}: {sum(one.state == 'alarm' for one in found)} of {len(found)} readings alarm"]
    drawn = _evidently(scene, folder)
    files.write_bytes(render(overview(scene, found, known.purpose, [one.name for one in drawn])), folder / OVERVIEW)
    files.write_json([{**one.figures, "kind": one.kind, "state": one.state, "words": one.words} for one in found],
                     folder / READINGS)  # fmt: skip
    if scene.champion is not None and scene.champion.run:
        references.log_reports(known.store, scene.champion.run, folder, folder.name)
        said.append(f"logged with version {scene.champion.version} in {known.store}")
    return said


async def _scene(known: Settings, now: int) -> Scene:
    told = knobs()
    times = Times.at(now, told.monitor.window_days, told.campaign.horizon_days)
    champion = champions.champion(known, load(Register).model)
    async with opened(known) as ledger:
        await ledger.catch_up()
        return await seeing(known, ledger, times, told, champion)


def _evidently(scene: Scene, folder: Path) -> list[Path]:
    """Write Evidently's pages, where there is something to compare."""
    known = usual(scene)
    if not isinstance(known, Usual):
        return []
    from churn.steps.drift.drift import judge as hold
    from churn.steps.drift.page import page
    from churn.steps.drift.predicted import drawn

    reading, drawing = hold(known.reference, scene.batch, scene.knobs.drift, "the newest window")
    whole = page(reading, drawing, known.reference, known.reference, scene.knobs.drift)
    before, now = (known.scorer.probabilities(rows) for rows in (known.reference, scene.batch))
    files.write_bytes(whole.encode(), folder / DRIFT)
    told = drawn(before, now, rate=scene.knobs.monitor.rate, seed=scene.knobs.monitor.seed)
    files.write_bytes(told.encode(), folder / PREDICTIONS)
    return [folder / DRIFT, folder / PREDICTIONS]
