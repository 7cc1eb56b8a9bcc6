"""Backup and restore: what comes back is what was there, and what is not whole is not brought back."""

import asyncio
import errno
import json
import shutil
import sqlite3
import subprocess
import sys
import time

import orjson
import pytest

import ledgers
import models
import serving
from churn.lifecycle import audit, backup, promotion
from churn.lifecycle.promotion import Author
from churn.scoring import record
from churn.scoring.engine import Engine
from churn.settings import Settings
from churn.stores.backup import contents
from churn.stores.backup.databases import BackupError
from churn.stores.ledger.entries import Write
from churn.stores.ledger.opened import opened
from churn.stores.tracking.registry import Registry

NAME, PARTS = models.REGISTER.model, ("ledger", "registry")
PREDICTION = "0" * 28


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """A registry with two promoted versions, and a ledger with a prediction of the second."""
    root = tmp_path_factory.mktemp("firm")
    known = models.empty_store(root / "template.db", root)
    known = known.model_copy(update={"bundle_dir": root / "bundle", "database_url": f"sqlite:///{root}/ledger.db"})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for trained in (models.model(noise=0.3, rows=400), models.model()):
            models.enter(known, root, trained)
            promotion.promote(known, models.REGISTER, Author("tester", "a reason"))
    asyncio.run(_ask(known, models.model()))
    return known


async def _ask(known, trained):
    row = record.check(ledgers.row("7590-VHVEG"))
    said = Engine(trained.model, 2).answer(row)
    kept = ledgers.record(
        id=PREDICTION, inputs=orjson.dumps(row), results=orjson.dumps(said), model_version=2,
        model_digest=trained.metadata["digest"],
    )  # fmt: skip
    async with opened(known, migrate=True) as ledger:
        await ledger.put(Write(kept))


@pytest.fixture(scope="module")
def kept(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backups") / "monday"
    backup.back_up(firm, NAME, folder, backup.places(firm))
    return folder


@pytest.fixture
def elsewhere(tmp_path):
    """Another machine, or the same after its disk was lost: nothing is there."""
    (tmp_path / "new").mkdir()
    return serving.settings(tmp_path / "new", MLFLOW_TRACKING_URI=f"sqlite:///{tmp_path}/new/mlflow.db")


def restored(known, folder, parts=PARTS):
    return backup.restore(known, NAME, folder, backup.places(known), parts)


def test_in_another_folder_the_same_question_gives_the_same_number(firm, kept, elsewhere):
    assert "2 version(s) of telco-churn, each with its own bytes" in restored(elsewhere, kept)
    before, after = audit.audit(firm, PREDICTION), audit.audit(elsewhere, PREDICTION)
    assert after.replay.exact
    assert after.found["answer"] == before.found["answer"]
    assert Registry(elsewhere.store, NAME).aliases() == Registry(firm.store, NAME).aliases()
    told = promotion.history(elsewhere, models.REGISTER)
    assert [(one.ending, one.fault) for one in told] == [("done", None)] * 2


def test_what_is_restored_needs_nothing_of_where_it_came_from(kept, elsewhere, tmp_path):
    restored(elsewhere, kept)
    with sqlite3.connect(tmp_path / "new" / "mlflow.db") as connection:
        (places,) = zip(*connection.execute("SELECT artifact_uri FROM runs"), strict=True)
    assert {place.startswith((tmp_path / "new").as_uri()) for place in places} == {True}


def test_a_restore_that_is_killed_leaves_no_registry_that_names_the_old_place(kept, elsewhere, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(backup.relocation, "relocate", killed)
    with pytest.raises(KeyboardInterrupt):
        restored(elsewhere, kept)
    assert not (tmp_path / "new" / "mlflow.db").exists()


@pytest.mark.parametrize("wound", ["changed", "lost", "added"])
def test_a_backup_that_is_not_as_it_was_written_is_not_restored(kept, elsewhere, tmp_path, wound):
    hurt = tmp_path / "hurt"
    shutil.copytree(kept, hurt)
    model = next(hurt.rglob("*.onnx"))
    if wound == "changed":
        content = bytearray(model.read_bytes())
        content[100] ^= 1
        model.write_bytes(content)
    elif wound == "lost":
        model.unlink()
    else:
        (hurt / "artifacts" / "more").write_text("more")
    with pytest.raises(BackupError, match="not as it was written"):
        restored(elsewhere, hurt)
    assert {one.name for one in (tmp_path / "new").iterdir()} <= {"registry.lock"}


def test_a_model_that_the_backup_does_not_hold_is_missed(kept, tmp_path):
    hurt = tmp_path / "hurt"
    shutil.copytree(kept, hurt)
    told = json.loads((hurt / contents.MANIFEST).read_text())
    for model in hurt.rglob("*.onnx"):
        del told["files"][str(model.relative_to(hurt))]
        model.unlink()
    (hurt / contents.MANIFEST).write_text(json.dumps(told))
    with pytest.raises(BackupError, match="version 1, 2 are not among the files"):
        contents.verified(hurt)


def test_models_that_lie_elsewhere_are_no_backup(firm, tmp_path):
    of = backup.places(firm, artifacts=str(tmp_path / "empty"))
    with pytest.raises(BackupError, match="--artifacts"):
        backup.back_up(firm, NAME, tmp_path / "kept", of)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(firm, kept, elsewhere):
    with pytest.raises(BackupError, match="never written over"):
        backup.back_up(firm, NAME, kept, backup.places(firm))
    with pytest.raises(BackupError, match=r"mlflow\.db is there already"):
        restored(firm, kept)
    restored(elsewhere, kept, ["ledger"])
    with pytest.raises(BackupError, match=r"ledger\.db is there already"):
        restored(elsewhere, kept, ["ledger"])


def test_one_part_comes_back_alone(kept, elsewhere, tmp_path):
    assert restored(elsewhere, kept, ["ledger"]).startswith("ledger as of ")
    assert not (tmp_path / "new" / "mlflow.db").exists()
    assert restored(elsewhere, kept, ["registry"]).startswith("registry as of ")


BEGUN = """
import pathlib, sys, time
from churn.stores.backup import contents
with contents.written(pathlib.Path(sys.argv[1])) as draft:
    (draft / "ledger").write_text("customers")
    time.sleep(60)
"""


def test_what_a_killed_backup_left_goes_with_the_next_and_one_that_is_being_written_stays(tmp_path):
    with subprocess.Popen([sys.executable, "-c", BEGUN, str(tmp_path / "killed")]) as other:
        (begun,) = _waited_for(tmp_path)
        with contents.written(tmp_path / "monday"):
            assert begun.exists()
        other.kill()
    assert (begun / "ledger").exists()
    with contents.written(tmp_path / "tuesday"):
        assert not begun.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["monday", "tuesday"]


def test_where_no_folder_can_be_held_a_backup_is_written_and_nothing_is_swept(tmp_path, monkeypatch):
    def unsupported(descriptor, operation):
        raise OSError(errno.EBADF, "no lock without writing")

    monkeypatch.setattr(contents.fcntl, "flock", unsupported)
    left = tmp_path / ".sunday.0123abcd.unfinished"
    left.mkdir()
    with contents.written(tmp_path / "monday") as draft:
        (draft / "ledger").write_text("customers")
    assert (tmp_path / "monday/ledger").read_text() == "customers"
    assert left.exists()


def _waited_for(place, within=30.0):
    until = time.monotonic() + within
    while not (found := [one.parent for one in place.glob(".killed.*.unfinished/ledger")]):
        assert time.monotonic() < until, "the other process wrote nothing"
        time.sleep(0.05)
    return found


def test_only_its_owner_can_read_a_backup(kept):
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("store", "registry"), [("http://mlflow:5000", None), ("http://mlflow:5000", "postgresql://mlflow@postgres/mlflow")]
)
def test_what_is_behind_a_server_has_to_be_named(store, registry):
    with pytest.raises(BackupError, match="--registry postgresql://host/mlflow --artifacts"):
        backup.places(Settings(MLFLOW_TRACKING_URI=store), registry)
