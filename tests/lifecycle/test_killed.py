"""A process that is killed while it moves the alias: whoever comes next finds one champion and settles the record."""

import os
import subprocess
import sys

import pytest

import models
from churn.lifecycle import promotion
from churn.stores.tracking import records

GOOD, OTHER = models.model(), models.model(noise=0.3, rows=400)
KILLED = """
import os, signal, sys
from churn.lifecycle import promotion
from churn.params.register import Register
from churn.settings import Settings
from churn.stores.tracking import records
from churn.stores.tracking.registry import Registry

deed, point, when = sys.argv[1:4]
place = {"begin": records, "alias": Registry, "end": records}[point]
real = getattr(place, point)

def deadly(*args, **options):
    if when == "after":
        real(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, point, deadly)
known = Settings(_env_file=None)
model = Register(model="telco-churn", experiment="telco-churn")
getattr(promotion, deed)(known, model, promotion.Author("killed", "x"))
"""
POINTS = [
    ("begin", "before", None),
    ("begin", "after", "undone"),
    ("alias", "before", "undone"),
    ("alias", "after", "done"),
    ("end", "before", "done"),
    ("end", "after", "done"),
]


def killed(known, tmp_path, deed, point, when):
    places = {"MLFLOW_TRACKING_URI": known.store, "CHURN_LOCK_DIR": str(tmp_path), "CHURN_USER": "killed"}
    words = [sys.executable, "-c", KILLED, deed, point, when]
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | places, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr


@pytest.mark.parametrize(("point", "when", "ending"), POINTS)
def test_a_rollback_killed_anywhere_leaves_one_champion_and_is_settled_by_the_next(
    enter, promote, known, registry, tmp_path, point, when, ending
):
    for one in (OTHER, GOOD):
        enter(one)
        promote()
    killed(known, tmp_path, "rollback", point, when)
    moved = ending == "done"
    assert registry.aliases()["champion"] == (1 if moved else 2), "never two, never none"
    promotion.settle(registry)
    told = records.read(registry)
    assert [one.ending for one in told] == ["done", "done", *([ending] if ending else [])]
    assert not any(one.fault for one in told)
    if not moved:
        assert "version 1 is @champion" in promotion.rollback(known, models.REGISTER, promotion.Author("next", "again"))
    assert registry.aliases()["champion"] == 1


def test_a_first_promotion_killed_before_the_alias_is_undone_and_the_next_one_promotes(
    enter, promote, known, registry, tmp_path
):
    enter(GOOD)
    killed(known, tmp_path, "promote", "alias", "before")
    assert "champion" not in registry.aliases()
    assert "version 1 is @champion" in promote()
    assert [one.ending for one in records.read(registry)] == ["undone", "done"]
