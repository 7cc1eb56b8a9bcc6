"""Each known fault is made on purpose in a real place, found, and named with its cure."""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

import ledgers
import models
from churn.cli import app
from churn.errors import TableError
from churn.lifecycle import promotion
from churn.lifecycle.doctor import examination, machine, project, registry, service
from churn.lifecycle.doctor.finding import looked, ok
from churn.stores import bundle
from churn.stores.ledger import deliveries
from churn.stores.tracking.registry import Registry
from serving import bundled

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build a checkout with a champion."""
    folder = tmp_path_factory.mktemp("built")
    known = models.empty_store(folder / "template.db", folder)
    models.enter(known, folder, models.model())
    promotion.promote(known, models.REGISTER, promotion.Author("anna", "first"))
    return folder


@pytest.fixture
def place(built, tmp_path, monkeypatch):
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def known(place):
    return models.Settings(
        _env_file=None, MLFLOW_TRACKING_URI=f"sqlite:///{place}/mlflow.db", CHURN_LOCK_DIR=place,
        CHURN_DATABASE_URL=f"sqlite:///{place}/ledger.db", CHURN_BUNDLE_DIR=place / "bundle",
        CHURN_KEYS_FILE=place / "keys.json",
    )  # fmt: skip


@pytest.fixture
def anyio_backend():
    return "asyncio"


def git(where, *words):
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=where, check=True)


def said(finding, state, *words):
    assert finding.state == state, finding
    assert all(one in finding.line for one in words), finding.line
    assert finding.cure or state in {"ok", "off"}


def test_a_python_that_was_not_tested():
    said(machine.python((3, 14)), "fault", "3.14", "make PYTHON=python3.12")
    assert [machine.python((3, minor)).state for minor in (10, 11, 13)] == ["fault", "ok", "ok"]


def test_packages_that_are_not_those_locked(tmp_path):
    lock = tmp_path / "requirements.txt"
    elsewhere = "pydantic==1.0 ; python_full_version >= '3.99'\n"
    lock.write_text(f"# a remark\npytest==0.1\n    # via x\nnobody-has-this==1.0\n{elsewhere}")
    said(machine.packages(lock), "fault", "pytest", "locked is 0.1", "pip install")
    lock.write_text(elsewhere)
    said(machine.packages(lock), "ok", "0 installed")
    assert machine.packages(tmp_path / "none.txt").state == "off"


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    said(machine.room([tmp_path]), machine.room([tmp_path]).state)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100 * 2**30, 99 * 2**30, 2**30))
    said(machine.room([tmp_path / "deep" / "down"]), "fault", "1.0 GiB of 100 are free", "dvc gc")


def test_a_folder_that_this_account_may_not_write(tmp_path, monkeypatch):
    assert machine.writable([tmp_path / "to" / "come"]).state == "ok"
    monkeypatch.setattr(os, "access", lambda path, _: "barred" not in str(path))
    (tmp_path / "barred").mkdir()
    said(machine.writable([tmp_path / "barred" / "x"]), "fault", "barred", "chown")


def test_secrets_that_others_may_read(tmp_path):
    secret = tmp_path / ".env"
    secret.write_text("DB_PASSWORD=x")
    secret.chmod(0o640)
    said(machine.private([secret, tmp_path / "none"]), "fault", ".env", "chmod 600")
    secret.chmod(0o600)
    assert machine.private([secret]).state == "ok"


def test_params_that_cannot_be_read(place):
    assert project.knobs().state == "ok"
    (place / "params.yaml").write_text((place / "params.yaml").read_text().replace("folds: 5", "folds: five"))
    said(looked("params", project.knobs, "mend it"), "fault", "train.folds", "mend it")


def test_a_folder_that_is_no_clone_and_a_clone_without_a_remote(place):
    said(project.clone(), "off", "no git clone")
    git(place, "init", "-q")
    said(project.clone(), "off", "no git remote", "--local")
    git(place, "remote", "add", "origin", "/nowhere")
    said(project.clone(), "ok", "origin")


def table_of(place, limit, uri="customers.csv"):
    text = (place / "params.yaml").read_text().replace("uri: null", f"uri: {uri}")
    (place / "params.yaml").write_text(text.replace("max_age_days: 45 ", f"max_age_days: {limit} "))


def locked(place, digest):
    outs = f"  ingest:\n    outs:\n    - path: data/raw.csv\n      md5: {digest}\n"
    (place / "dvc.lock").write_text(f"schema: '2.0'\nstages:\n{outs}")


def committed(place, words, day):
    git(place, "add", "dvc.lock")
    at = f"2026-{day}T12:00:00+0000"
    env = os.environ | {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", words], cwd=place, env=env, check=True
    )


def test_a_table_whose_rows_have_not_changed_for_long(place):
    assert project.age(NOW).state == "off"
    table_of(place, 45)
    git(place, "init", "-q")
    locked(place, "a" * 32)
    committed(place, "Fetch", "04-01")
    (place / "dvc.lock").write_text((place / "dvc.lock").read_text() + "# another stage ran\n")
    committed(place, "Run", "05-30")
    said(project.age(NOW), "fault", "since 2026-04-01, 60 day(s)", "churn refresh")
    locked(place, "b" * 32)
    committed(place, "Fetch anew", "05-20")
    said(project.age(NOW), "ok", "11 day(s)")


def test_the_age_without_a_history_is_the_files_and_without_a_file_unknown(place):
    table_of(place, 45)
    locked(place, "a" * 32)
    said(project.age(NOW), "unknown", "no raw table")
    (place / "data").mkdir()
    (place / "data" / "raw.csv").write_text("x")
    old = (NOW - timedelta(days=50)).timestamp()
    os.utime(place / "data" / "raw.csv", (old, old))
    said(project.age(NOW), "fault", "50 day(s)")


def test_tables_that_are_missing(place):
    said(project.outputs(), "fault", "never ran", "make pipeline")
    locked(place, "a" * 32)
    said(project.outputs(), "fault", "1 of 1 files are missing", "dvc pull")


def test_a_lock_that_cannot_be_judged_before_its_files_are_here(place):
    locked(place, "a" * 32)
    (place / "dvc.yaml").write_text("stages: [")
    said(project.lock(), "fault", "cannot be judged", "dvc pull, or dvc repro")


def test_a_store_of_tables_that_cannot_be_reached(place):
    said(project.storage(), "fault", "dvc push")


def test_a_registry_that_is_well(known):
    looks = [registry.reached, registry.champion, registry.challenger, registry.records]
    assert [look(known).state for look in looks] == ["ok"] * 4


def test_a_registry_that_is_not_there_is_not_made_by_looking(known, place):
    gone = known.model_copy(update={"tracking_uri": f"sqlite:///{place}/none.db"})
    said(registry.reached(gone), "fault", "none.db", "make pipeline")
    assert not (place / "none.db").exists()


def test_an_mlflow_server_that_is_away(known):
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    found = looked("mlflow", lambda: registry.reached(away), "start it")
    said(found, "fault", "does not answer", "start it")


def test_a_registry_without_a_champion_or_with_one_moved_by_hand(known):
    held = Registry(known.store, models.REGISTER.model)
    held._client.delete_registered_model_alias(held.name, "champion")
    said(registry.champion(known), "fault", "no version is @champion", "churn promote")
    said(registry.records(known), "fault", "moved by hand", "churn history")


def test_a_promotion_that_was_cut_off(known, place):
    with closing(sqlite3.connect(place / "mlflow.db")) as store, store:
        store.execute("delete from registered_model_tags where key like 'promotion.%.done'")
    said(registry.records(known), "fault", "cut off in the middle")


def test_records_that_were_edited(known, place):
    with closing(sqlite3.connect(place / "mlflow.db")) as store, store:
        store.execute(
            "update registered_model_tags set value = replace(value, 'anna', 'bert') where key like '%intent'"
        )
    said(registry.records(known), "fault", "cannot be trusted", "churn repair")


def test_a_champion_whose_bytes_were_changed(known, built):
    (model,) = built.rglob("artifacts/best_churn_model.onnx")
    whole = model.read_bytes()
    try:
        model.write_bytes(whole[:-9])
        found = looked("champion", lambda: registry.champion(known), "churn history")
    finally:
        model.write_bytes(whole)
    said(found, "fault", "not the one that was registered", "churn history")


async def test_a_ledger_and_its_clock(known):
    assert [service.ledger(known).state, service.clock(known, NOW).state] == ["off", "off"]
    ahead = int((NOW + timedelta(hours=2)).timestamp() * 1e6)
    async with ledgers.opened(known.database_url) as ledger:
        assert service.clock(known, NOW).state == "off"
        await ledger.put(ledgers.Write(ledgers.record(at=ahead)))
        await ledger.put(ledgers.Write(ledgers.record(at=2 * ahead, purpose="simulated")))
    assert service.ledger(known).state == "ok"
    said(service.clock(known, NOW), "fault", "in the future by 120 minutes", "clocks")
    assert service.clock(known, NOW + timedelta(hours=2)).state == "ok"
    simulated = known.model_copy(update={"simulation": True})
    assert service.clock(simulated, datetime.fromtimestamp(2 * ahead / 1e6, UTC)).state == "ok"


async def test_monitoring_that_never_ran_or_is_silent(known):
    said(service.watched(known, NOW), "off", "never", "churn monitor --every")
    async with ledgers.opened(known.database_url) as ledger:
        at = int(NOW.timestamp() * 1e6)
        await ledger.do(lambda one: deliveries.beat(one, "simulated", at + 5 * 86_400_000_000))
        assert service.watched(known, NOW).state == "off"
        await ledger.do(lambda one: deliveries.beat(one, "production", at))
    assert service.watched(known, NOW + timedelta(hours=40)).state == "ok"
    said(service.watched(known, NOW + timedelta(days=3)), "fault", "last turn at 2026-06-01 00:00 UTC")


async def test_a_ledger_of_another_age_is_told_and_left_alone(known, place):
    async with ledgers.opened(known.database_url):
        pass
    with closing(sqlite3.connect(place / "ledger.db")) as store, store:
        store.execute("update alembic_version set version_num = '0000'")
    said(looked("ledger", lambda: service.ledger(known), "churn migrate"), "fault", "0000", "churn migrate")
    with closing(sqlite3.connect(place / "ledger.db")) as store:
        assert store.execute("select version_num from alembic_version").fetchall() == [("0000",)]


def test_a_bundle_that_is_torn_or_is_not_the_champion(known, place):
    assert service.delivered(known).state == "off"
    bundled(known.bundle_dir, models.model())
    assert service.delivered(known).state == "ok"
    bundled(known.bundle_dir, models.model(c=0.1), version=2)
    said(service.delivered(known), "fault", "version 2 is served here, @champion is 1", "sync", "`churn unpin`")
    (known.bundle_dir / "2" / bundle.MODEL).write_bytes(b"torn")
    said(looked("bundle", lambda: service.delivered(known), "delete it"), "fault", "not the bytes", "delete it")


def test_alerts_that_reach_nobody_and_a_channel_that_is_set_up_wrongly(known):
    assert (service.alerted(known).state, service.alerted(known).cure[:30]) == ("off", "python scripts/setup_alerts.py")
    told = known.model_copy(update={"alert_webhook": SecretStr("https://hooks.example.com/SECRET")})
    assert (service.alerted(told).state, "webhook" in service.alerted(told).words) == ("ok", True)
    wrong = known.model_copy(update={"alert_webhook": SecretStr("SECRET")})
    found = looked("alerts", lambda: service.alerted(wrong), "mend it")
    assert (found.state, found.cure, "SECRET" in found.words) == ("fault", "mend it", False)
    assert service.alerted(wrong.model_copy(update={"alertmanager_url": "http://127.0.0.1:9093"})).state == "ok"


def test_a_look_that_breaks_is_unknown_and_ends_no_other():
    found = looked("x", lambda: 1 / 0, "see")
    assert (found.state, "ZeroDivisionError" in found.words) == ("unknown", True)

    def refuse():
        raise TableError("torn; mend it")

    assert looked("x", refuse, "mend").state == "fault"
    assert not examination.well([ok("a", ""), found])
    assert examination.well([ok("a", ""), replace(found, state="off")])


def test_the_command_tells_all_and_fails_where_something_ails(place, known, monkeypatch):
    for name, value in {"MLFLOW_TRACKING_URI": known.store, "CHURN_LOCK_DIR": str(place)}.items():
        monkeypatch.setenv(name, value)
    told = CliRunner().invoke(app, ["doctor", "--json"])
    found = {one["name"]: one for one in json.loads(told.stdout)}
    assert told.exit_code == 1
    assert set(found) == {one.name for one in examination.examine(known, datetime.now(UTC))}
    assert (found["champion"]["state"], found["tables"]["state"]) == ("ok", "fault")
    assert all(one["cure"] for one in found.values() if one["state"] in {"fault", "unknown"})
