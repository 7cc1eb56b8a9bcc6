import pytest

import models
from churn.lifecycle import pins
from churn.services.sync import answers
from churn.services.sync.sync import Sync
from churn.stores import asks, bundle, notices
from churn.stores.ledger.queries.served import events
from churn.stores.tracking.registry import Registry
from syncing import OTHER, served, spoil, status, told


def test_a_pin_holds_through_promotions_and_restarts_until_it_is_lifted(known, sync, two, ask):
    sync.turn()
    said = ask("pin", version=1, who="ops", why="a bad day")
    assert (said["ok"], said["version"], served(known)) == (True, 1, 1)
    again = Sync(known, models.REGISTER)
    again.turn()
    assert served(known) == 1
    assert status(known)["pin"]["why"] == "a bad day"
    assert "pinned by ops: a bad day" in status(known)["words"]
    assert ask("unpin")["version"] == 2
    assert [one["who"] for one in told(known, events, 10, 0)["events"]] == ["tester", "ops", "tester"]


def test_a_pin_needs_no_registry_when_the_version_is_on_the_host(known, sync, two, ask):
    sync.turn(), ask("fetch", version=1)
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    name = asks.ask(known.bundle_dir, "pin", version=1, who="ops", why="now")
    answers.handle(Sync(away, models.REGISTER))
    assert asks.answer(known.bundle_dir, name)["version"] == served(known) == 1


@pytest.mark.parametrize(
    ("action", "details", "words"),
    [
        ("pin", {"version": 9, "who": "ops", "why": "x"}, "no version 9"),
        ("pin", {"version": "1", "who": "ops", "why": "x"}, "a whole number"),
        ("pin", {"version": True, "who": "ops", "why": "x"}, "a whole number"),
        ("pin", {"version": 1, "who": "ops", "why": " "}, "who wants it and why"),
        ("rollback", {"who": "ops", "why": "x"}, "no earlier @champion"),
        ("fetch", {"version": 7}, "no version 7"),
    ],
)
def test_what_cannot_be_done_is_answered_so_and_nothing_moves(known, sync, promote, ask, action, details, words):
    promote(OTHER)
    sync.turn()
    said = ask(action, **details)
    assert not said["ok"]
    assert words in said["words"]
    assert (served(known), pins.read(known.bundle_dir)) == (1, None)


def test_a_pin_to_a_spoilt_version_is_refused_and_not_kept(known, sync, two, ask, tmp_path):
    sync.turn()
    spoil(tmp_path, OTHER)
    assert not ask("pin", version=1, who="ops", why="x")["ok"]
    sync.turn()
    assert (served(known), pins.read(known.bundle_dir)) == (2, None)


def test_a_rollback_moves_the_alias_and_is_delivered_at_once(known, sync, two, ask):
    sync.turn()
    said = ask("rollback", who="ops", why="complaints")
    assert (said["ok"], said["version"]) == (True, 1)
    assert Registry(known.store, "telco-churn").aliases()["champion"] == served(known) == 1
    assert told(known, events, 1, 0)["events"][0]["why"] == "rollback: complaints"


def test_a_rollback_that_was_cut_off_is_not_done_twice(known, sync, two):
    sync.turn()
    name = asks.ask(known.bundle_dir, "rollback", who="ops", why="x")
    asks.take(known.bundle_dir, asks.waiting(known.bundle_dir)[0])
    answers.handle(sync)
    assert "does not do it twice" in asks.answer(known.bundle_dir, name)["words"]
    assert Registry(known.store, "telco-churn").aliases()["champion"] == 2


def test_a_fetched_bundle_is_kept_beside_the_served_one(known, sync, two, ask):
    sync.turn()
    assert ask("fetch", version=1)["digest"] == OTHER.metadata["digest"]
    assert (served(known), bundle.of_version(known.bundle_dir, 1).model) == (2, OTHER.model)


def test_an_edited_pin_is_not_taken_as_lifted(known, sync, two, ask):
    sync.turn(), ask("pin", version=1, who="ops", why="x")
    (known.bundle_dir / notices.PIN).write_text("{")
    sync.turn()
    assert served(known) == 1
    assert "churn unpin" in status(known)["words"]
