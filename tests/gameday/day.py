"""The whole day: a house, its service, somebody who never stops asking, and window after window."""

import logging
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from gameday import models, operator
from gameday.calendar import Calendar
from gameday.diary import Diary, Page
from gameday.operator import Operator
from gameday.place import House, build, serving
from gameday.play import Play
from gameday.rivals import scores
from gameday.script import Script
from gameday.traffic import Counted, CountingClient, Probe
from gameday.world import World

log = logging.getLogger("gameday")


def day(script: Script, seed: int, root: Path) -> Diary:
    """Play the game day in a new folder; give its diary."""
    began, diary, counted = time.monotonic(), Diary(), Counted()
    house = build(root, script.knobs)
    log.info("the house stands after %.0f s", time.monotonic() - began)
    with serving(house) as url, Probe(url) as probe, CountingClient(url, counted) as client:
        play = Play(script, World(script, seed), Calendar.ending(datetime.now(UTC), script.windows), client)
        _windows(play, Operator(house, client, play.calendar), seed, diary)
    diary.requests = sum(one.answered + one.failed for one in (counted, probe.counted))
    diary.failed = counted.failed + probe.counted.failed
    diary.faults = dict(counted.faults + probe.counted.faults)
    diary.lost = lost(house, play, diary, probe.counted)
    diary.seconds = time.monotonic() - began
    return diary


def lost(house: House, play: Play, diary: Diary, probe: Counted) -> int:
    """Count what was acknowledged and is not in the ledger."""
    with closing(sqlite3.connect(house.root / "ledger.db")) as ledger:

        def count(query: str) -> int:
            return int(ledger.execute(query).fetchone()[0])

        scored = count("select count(*) from score where purpose = 'simulated'")
        asked = count("select count(*) from record where purpose = 'test'")
        told = count("select count(*) from outcome where purpose = 'simulated'")
        called = count("select count(*) from contact where purpose = 'simulated'")
    pages = diary.pages
    wanted = (play.scored, probe.answered, sum(one.outcomes for one in pages))
    missing = [max(want - found, 0) for want, found in zip(wanted, (scored, asked, told), strict=True)]
    return sum(missing) + max(sum(one.called + one.held_out for one in pages) - called, 0)


def _windows(play: Play, house: Operator, seed: int, diary: Diary) -> None:
    for window in range(play.script.windows):
        began, page = time.monotonic(), Page(window, play.calendar.begins(window).date().isoformat(), 0)
        house.first(page)
        month = play.window(window, page)
        _, best = scores(models.oracle(play.script, window, seed), month)
        page.best = month.earned(best, play.world.campaign)
        house.look_back(month, page)
        page.seconds = time.monotonic() - began
        diary.pages.append(page)
        for line in operator.lines(page):
            log.info(line)
    house.drill(diary)
