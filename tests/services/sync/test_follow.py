import json
from datetime import date

import pytest

import models
from churn.errors import BundleError, ModelError
from churn.services.sync import loop, purge
from churn.services.sync.sync import Sync
from churn.stores import bundle, notices
from churn.stores.ledger.queries.alerts import alerts
from churn.stores.ledger.queries.served import events
from churn.stores.tracking.registry import Registry
from syncing import GOOD, OTHER, served, spoil, status, told, with_wrong_golden_rows


def test_the_pointer_follows_the_champion_and_the_ledger_is_told(known, sync, promote):
    promote(OTHER)
    sync.turn()
    assert served(known) == 1
    promote(GOOD)
    sync.turn()
    found = bundle.current(known.bundle_dir)
    assert (found.version, found.digest) == (2, GOOD.metadata["digest"])
    assert found.manifest["promotion"]["why"] == "a reason"
    assert found.manifest["tags"]["digest_code"] == "c"
    said = [(one["version"], one["why"], one["who"]) for one in told(known, events, 10, 0)["events"]]
    assert said == [(2, "promote: a reason", "tester"), (1, "promote: a reason", "tester")]
    assert (status(known)["registry"], status(known)["words"]) == ("ok", "version 2 is served")


def test_a_quiet_turn_writes_nothing_and_moves_nothing(known, sync, two):
    sync.turn()
    before = {path: path.stat().st_mtime_ns for path in known.bundle_dir.rglob("*") if path.name != notices.STATUS}
    sync.turn()
    after = {path: path.stat().st_mtime_ns for path in known.bundle_dir.rglob("*") if path.name != notices.STATUS}
    assert after == before


def test_a_tampered_model_is_refused_and_the_old_one_stays(known, sync, promote, tmp_path):
    promote(OTHER)
    sync.turn()
    promote(GOOD)
    spoil(tmp_path, GOOD)
    sync.turn()
    assert served(known) == 1
    assert status(known)["refused"]["version"] == 2
    assert "not the one that was registered" in status(known)["words"]
    (alert,) = told(known, alerts, 0, 10, 0)["alerts"]
    assert (alert["kind"], alert["resolved_at"]) == ("model_refused", None)
    assert "version 2 was refused" in alert["words"]


def test_a_refused_model_is_not_fetched_again_and_again_but_at_once_when_asked_or_moved(
    known, sync, promote, tmp_path, monkeypatch, ask
):
    promote(OTHER), promote(GOOD)
    spoilt = spoil(tmp_path, GOOD)
    fetched, fetch = [], Registry.fetch
    monkeypatch.setattr(Registry, "fetch", lambda self, one: fetched.append(one.number) or fetch(self, one))
    for _ in range(3):
        sync.turn()
    assert fetched == [2]
    assert not ask("reload")["ok"]
    assert fetched == [2, 2]
    for path in spoilt:
        path.write_bytes(GOOD.model)
    assert ask("reload")["ok"]
    assert (served(known), status(known)["refused"]) == (2, None)
    (alert,) = told(known, alerts, 0, 10, 0)["alerts"]
    assert alert["resolved_at"] is not None


def test_a_model_that_fails_its_golden_rows_is_refused(known, sync, promote):
    promote(OTHER)
    sync.turn()
    with pytest.raises(ModelError, match="from scikit-learn's figure"):
        promote(with_wrong_golden_rows(GOOD))
    Registry(known.store, models.REGISTER.model).alias("champion", 2)  # by hand, past what a promotion looks at
    sync.turn()
    assert served(known) == 1
    assert status(known)["refused"]["version"] == 2


def test_with_the_registry_away_the_last_good_model_stays_and_it_is_said_since_when(known, sync, two):
    sync.turn()
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    blind = Sync(away, models.REGISTER)
    blind.turn()
    assert served(known) == 2
    said = status(known)
    assert said["registry"] == "away"
    assert f"away since {said['registry_since']}" in said["words"]
    assert "does not answer" in said["words"]


def test_a_registry_file_that_is_not_there_is_not_made_by_looking(known, tmp_path):
    nowhere = known.model_copy(update={"tracking_uri": f"sqlite:///{tmp_path}/other.db"})
    nowhere.__dict__.pop("store", None)
    with pytest.raises(BundleError, match="make pipeline"):
        loop.once(nowhere, models.REGISTER)
    assert not (tmp_path / "other.db").exists()


def test_a_store_that_is_gone_is_said_to_be_and_the_model_in_hand_goes_on(known, sync, two, tmp_path):
    sync.turn()
    (tmp_path / "mlflow.db").rename(tmp_path / "elsewhere.db")
    sync.turn()
    said = status(known)
    assert (said["registry"], served(known), sync.well) == ("away", 2, False)
    assert f"the store {said['store']} is missing" in said["words"]
    assert said["words"].endswith("the model in hand goes on")


def test_without_a_champion_it_is_said_what_to_do(known):
    with pytest.raises(BundleError, match="no @champion; `make pipeline`"):
        loop.once(known, models.REGISTER)


def test_a_torn_bundle_is_fetched_anew(known, sync, two):
    sync.turn()
    before = bundle.stamp(known.bundle_dir)
    (known.bundle_dir / "2" / bundle.MODEL).write_bytes(b"")
    sync.turn()
    assert bundle.current(known.bundle_dir).model == GOOD.model
    assert bundle.stamp(known.bundle_dir) != before


def test_while_the_ledger_is_away_events_wait_on_disk(known, promote):
    away = known.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=1"})
    promote(OTHER)
    Sync(away, models.REGISTER).turn()
    assert status(known)["untold"] > 0
    Sync(known, models.REGISTER).turn()
    assert status(known)["untold"] == 0
    assert [one["version"] for one in told(known, events, 10, 0)["events"]] == [1]


def test_the_snapshot_tells_versions_promotions_and_trainings(known, sync, two):
    sync.turn()
    held = notices.registry(known.bundle_dir)
    assert [(one["number"], one["aliases"]) for one in held["versions"]] == [(1, []), (2, ["challenger", "champion"])]
    assert held["versions"][1]["verdict"]["state"] == "pass"
    assert [one["to_version"] for one in held["promotions"]] == [1, 2]
    assert all(one["fault"] is None for one in held["promotions"])
    (experiment,) = held["experiments"]
    assert len(experiment["trainings"]) == 2
    candidates = experiment["trainings"][0]["candidates"]
    assert {one["name"] for one in candidates} == {"dummy", "scorecard"}
    assert {"start", "end", "status", "params", "metrics"} <= candidates[0].keys()


def test_old_records_go_once_a_day(known, sync, tmp_path):
    daily = purge.Purge(known)
    daily.look()
    daily._thread.join(20)
    assert json.loads((known.bundle_dir / purge.PURGED).read_text())["on"]


@pytest.mark.parametrize(
    ("last", "day", "since"),
    [
        ({}, "2026-05-01", None),
        ({"on": "2026-04-30"}, "2026-05-01", None),
        ({"on": "2026-04-30"}, "2036-05-01", "2036-05-01"),
        ({"on": "2036-05-01", "doubted": "2036-05-01"}, "2036-05-02", "2036-05-01"),
        ({"on": "2036-05-07", "doubted": "2036-05-01"}, "2036-05-08", None),
        ({"on": "2036-05-02", "doubted": "2036-05-01"}, "2026-05-01", None),
        ({"on": 5}, "2026-05-01", None),
    ],
)
def test_a_clock_that_leapt_is_doubted_for_a_week_and_no_longer(last, day, since):
    assert purge.doubted(last, date.fromisoformat(day)) == since


def test_a_clock_that_leapt_removes_nothing_and_says_so(known, sync, caplog):
    known.bundle_dir.mkdir(exist_ok=True)
    (known.bundle_dir / purge.PURGED).write_text('{"on": "2016-05-01", "gone": {}}')
    daily = purge.Purge(known)
    daily.look()
    assert daily._thread is None
    assert "is today" in caplog.text
    assert json.loads((known.bundle_dir / purge.PURGED).read_text())["doubted"]


@pytest.mark.parametrize("content", ["[", "[]", '{"untold": 3}', '{"untold": [1, {"kind": "x"}, {"kind": "serving"}]}'])
def test_notes_broken_by_hand_do_not_end_sync(known, promote, content):
    promote(OTHER)
    known.bundle_dir.mkdir()
    (known.bundle_dir / "untold.json").write_text(content)
    Sync(known, models.REGISTER).turn()
    assert (served(known), status(known)["serving"]["version"]) == (1, 1)
