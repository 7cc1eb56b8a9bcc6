"""A retired version is never served: what follows the registry holds to it."""

import asyncio

import pytest

import models
import serving
from churn.lifecycle import pins, retirement
from churn.services.api.state import State
from churn.services.sync import answers
from churn.services.sync.sync import Sync
from churn.stores import asks
from churn.stores.tracking.registry import Registry
from syncing import OTHER, served, status


@pytest.fixture
def retire(known, tmp_path):
    """Retire as another host does, whose bundles and pins are its own."""
    elsewhere = known.model_copy(update={"bundle_dir": tmp_path / "elsewhere"})
    return lambda number: retirement.retire(elsewhere, models.REGISTER, number, "a broken export")


@pytest.fixture
def unretire(known):
    return lambda number: retirement.unretire(known, models.REGISTER, number, "it was right")


def test_a_retired_version_is_not_pinned_although_it_is_on_the_host(known, sync, two, ask, retire, unretire):
    sync.turn(), ask("fetch", version=1)
    retire(1)
    said = ask("pin", version=1, who="ops", why="x")
    assert (said["ok"], said["error"]) == (False, "ModelError")
    assert "version 1 was retired by tester" in said["words"]
    assert (served(known), pins.read(known.bundle_dir)) == (2, None)
    unretire(1)
    assert ask("pin", version=1, who="ops", why="x")["version"] == served(known) == 1


def test_a_retired_version_is_not_pinned_while_the_registry_is_away_either(known, sync, two, ask, retire):
    sync.turn(), ask("fetch", version=1)
    retire(1)
    sync.turn()
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    name = asks.ask(known.bundle_dir, "pin", version=1, who="ops", why="now")
    answers.handle(Sync(away, models.REGISTER))
    assert "version 1 was retired by tester" in asks.answer(known.bundle_dir, name)["words"]
    assert served(known) == 2


def test_a_pin_is_void_once_its_version_is_retired_and_counts_again_when_it_is_brought_back(
    known, sync, two, ask, retire, unretire
):
    sync.turn(), ask("pin", version=1, who="ops", why="a bad day")
    retire(1)
    sync.turn()
    assert served(known) == 2
    assert "the pin of version 1 is void, for it was retired by tester" in status(known)["words"]
    Sync(known, models.REGISTER).turn()
    assert served(known) == 2
    unretire(1)
    sync.turn(), sync.turn()
    assert served(known) == 1
    assert "pinned by ops: a bad day" in status(known)["words"]


def test_a_void_pin_stays_void_while_the_registry_is_away(known, sync, two, ask, retire):
    sync.turn(), ask("pin", version=1, who="ops", why="a bad day")
    retire(1)
    sync.turn()
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    Sync(away, models.REGISTER).turn()
    assert served(known) == 2
    assert "is void" in status(known)["words"]


def test_an_alias_that_was_moved_by_hand_to_a_retired_version_is_not_followed(known, sync, two, retire):
    sync.turn()
    retire(1)
    Registry(known.store, "telco-churn").alias("champion", 1)
    sync.turn()
    assert served(known) == 2
    assert "version 1 was refused: version 1 was retired by tester" in status(known)["words"]


def test_a_retired_version_is_fetched_only_to_replay_what_it_answered(known, sync, two, ask, retire):
    sync.turn()
    retire(1)
    said = ask("fetch", version=1)
    assert not said["ok"]
    assert "a retired version is never served" in said["words"]
    assert ask("fetch", version=1, digest=OTHER.metadata["digest"])["ok"]
    assert not ask("fetch", version=1)["ok"]
    assert served(known) == 2


async def test_the_service_tells_which_versions_are_retired_and_why(known, sync, two, retire):
    await asyncio.to_thread(retire, 1)
    await asyncio.to_thread(sync.turn)
    async with serving.opened(State.of(known)) as api:
        second, first = (await api.get("/versions")).json()["versions"]
        assert second["retired"] is None
        assert (first["retired"]["who"], first["retired"]["why"]) == ("tester", "a broken export")
        told = (await api.get("/versions/compare?a=1&b=2")).json()
        assert told["a"]["retired"]["words"].startswith("retired by tester on ")
        (area,) = [one for one in told["metrics"] if one["name"] == "test_roc_auc"]
        assert (area["a_low"], area["b_high"], area["difference"]) == (0.75, 0.85, 0.0)
        assert not [one for one in told["metrics"] if one["name"].endswith(("_low", "_high"))]
