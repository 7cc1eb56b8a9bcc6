"""The drills in a short form; `make drills` runs the long one and writes reports/benchmarks/drills.md."""

import pytest

from drills import champion, crowd, family, flood, kill, leave, outage
from drills.place import copy, customers, place

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
