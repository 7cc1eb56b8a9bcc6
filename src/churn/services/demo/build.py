"""Build a demo whole: registry, API, weeks of traffic, and what is true in it."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from churn.services.demo import place as places
from churn.services.demo.calendar import Calendar
from churn.services.demo.host import hosted
from churn.services.demo.market import Market
from churn.services.demo.place import Place
from churn.services.demo.play import Play, Run
from churn.services.demo.stock import Stock, fill
from churn.services.demo.watched import watched
from churn.services.demo.words import facts, words

WEEKS, CUSTOMERS, SEED = 12, 7043, 1
LEAST_WEEKS, MOST_WEEKS, LEAST_CUSTOMERS, LEAST_SEED = 2, 52, 50, 0

Watch = Callable[[Iterator[Run], int], Iterable[Run]]
"""What is seen of the runs while they go on: takes them and their number."""

log = logging.getLogger("churn.demo")


def _unseen(runs: Iterator[Run], _: int) -> Iterable[Run]:
    return runs


def build(
    weeks: int, customers: int, seed: int, root: Path = places.ROOT, stock: Stock | None = None, watch: Watch = _unseen
) -> Place:
    """Build a demo aside, and let it take the former one's place when it is whole.

    Raises ModelError where the pipeline has not run, BundleError where another process builds.
    """
    given, began = stock or Stock(), time.monotonic()
    given.refuse_missing()
    with places.aside(root) as place:
        for line in fill(given, place.settings(1)):
            log.info("demo: %s", line)
        calendar = Calendar.ending_now(weeks)
        market = populated(given, calendar, customers, seed)
        with hosted(place) as client:
            play, known = Play(client, market, calendar), place.settings(client.http.base_url.port or 1)
            deque(watch(watched(play.days(), known, calendar), weeks + 1), maxlen=0)
        told = facts(play) | {"seed": seed, "seconds": round(time.monotonic() - began, 1)}
        places.write_facts(place, told)
    for line in words(told):
        log.info("demo: %s", line)
    return place


def populated(stock: Stock, calendar: Calendar, customers: int, seed: int) -> Market:
    """Draw the customers who live in the market."""
    draw = np.random.default_rng(seed)
    table = stock.customers()
    chosen = np.sort(draw.choice(len(table), min(customers, len(table)), replace=False))
    return Market(table.iloc[chosen].reset_index(drop=True), calendar.days, calendar.rise, draw)
