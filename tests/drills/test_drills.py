"""The drills in a short form; `make drills` runs the long one and writes reports/benchmarks/drills.md."""

import sqlite3
import time

import pytest

from drills import champion, crowd, family, flood, kept, kill, leave, outage
from drills.callers import Callers
from drills.place import copy, customers, place
from drills.product import Product

ROWS = list(customers())
DRILLS = {
    "the worker is killed": lambda folder: kill.kill(folder, ROWS, 3),
    "a supervised worker is killed": lambda folder: family.family(folder, ROWS, 1),
    "the champion moves": lambda folder: champion.champion(folder, ROWS, 3),
    "postgresql is stopped": lambda folder: outage.postgresql(folder, ROWS, 2),
    "sqlite is locked": lambda folder: outage.locked(folder, ROWS, 2),
    "the disk is full": lambda folder: outage.full(folder, ROWS, 1),
    "the worker is told to leave": lambda folder: leave.leave(folder, ROWS, 2),
    "too many ask": lambda folder: crowd.crowd(folder, ROWS, 150),
    "too many connect": lambda folder: flood.flood(folder, ROWS),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        return place(folder / "made")


@pytest.mark.parametrize("drill", DRILLS)
def test_what_was_acknowledged_is_kept_when(drill, template, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = DRILLS[drill](copy(template, tmp_path / "place"))
    assert not found.broken, found


def test_the_comparison_sees_what_is_missing_and_what_is_altered(template, tmp_path):
    with Product(copy(template, tmp_path / "place")) as product, Callers(product.port, ROWS, 2) as callers:
        time.sleep(0.5)
    first, second, *_ = callers.acknowledged
    assert not kept.missing(kept.read(product.url), callers.acknowledged)
    with sqlite3.connect(product.url.removeprefix("sqlite:///")) as ledger:
        ledger.execute("DELETE FROM record WHERE customer = ?", [first.key])
        ledger.execute("UPDATE record SET model_version = 9 WHERE customer = ?", [second.key])
    ledger.close()
    seen = kept.missing(kept.read(product.url, seconds=0), callers.acknowledged)
    assert [one.partition(":")[0] for one in seen] == [first.key, second.key]
