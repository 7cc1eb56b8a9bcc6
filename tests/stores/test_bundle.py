import hashlib
import json
import os
import subprocess
import sys

import pytest

from churn.errors import BundleError
from churn.stores import asks, bundle, notices

ONE, TWO = b"model one", b"model two"


def lay(root, version, model=ONE, **more):
    manifest = {"model": "telco-churn", "digest": hashlib.sha256(model).hexdigest(), **more}
    return bundle.write(root, version, {bundle.MODEL: model}, manifest)


def test_nothing_was_delivered_yet(tmp_path):
    assert (bundle.current(tmp_path), bundle.of_version(tmp_path, 1), bundle.stamp(tmp_path)) == (None, None, None)


def test_what_is_pointed_to_is_read_back_whole(tmp_path):
    lay(tmp_path, 3, family="scorecard")
    bundle.point(tmp_path, 3)
    found = bundle.current(tmp_path)
    assert (found.version, found.digest, found.model) == (3, hashlib.sha256(ONE).hexdigest(), ONE)
    assert found.manifest["family"] == "scorecard"
    assert found.folder == tmp_path / "3"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "current"]


def test_the_stamp_changes_with_every_move_of_the_pointer(tmp_path):
    lay(tmp_path, 1), lay(tmp_path, 2, TWO)
    seen = []
    for version in (1, 2, 1):
        bundle.point(tmp_path, version)
        seen.append(bundle.stamp(tmp_path))
        assert bundle.stamp(tmp_path) == seen[-1]
    assert len(set(seen)) == 3


DAMAGE = {
    "model edited": lambda root: (root / "1" / bundle.MODEL).write_bytes(b"another model"),
    "model torn": lambda root: (root / "1" / bundle.MODEL).write_bytes(ONE[:-1]),
    "model gone": lambda root: (root / "1" / bundle.MODEL).unlink(),
    "manifest edited": lambda root: lay_text(root, lambda text: text.replace("scorecard", "forest")),
    "manifest torn": lambda root: lay_text(root, lambda text: text[:40]),
    "manifest is a list": lambda root: lay_text(root, lambda text: f"[{len(text)}]"),
    "manifest gone": lambda root: (root / "1" / bundle.MANIFEST).unlink(),
    "folder gone": lambda root: (root / "1").rename(root / "elsewhere"),
    "pointer torn": lambda root: (root / bundle.POINTER).write_bytes(b""),
    "pointer out of the folder": lambda root: (root / bundle.POINTER).write_bytes(b"../1"),
}


def lay_text(root, change):
    manifest = root / "1" / bundle.MANIFEST
    manifest.write_text(change(manifest.read_text()))


@pytest.mark.parametrize("how", DAMAGE)
def test_what_is_damaged_is_refused_and_mended_by_writing_it_again(tmp_path, how):
    lay(tmp_path, 1, family="scorecard")
    bundle.point(tmp_path, 1)
    DAMAGE[how](tmp_path)
    with pytest.raises(BundleError, match="churn sync --once"):
        bundle.current(tmp_path)
    lay(tmp_path, 1, family="scorecard")
    bundle.point(tmp_path, 1)
    assert bundle.current(tmp_path).model == ONE


def test_bytes_that_are_not_the_manifests_never_get_a_folder(tmp_path):
    with pytest.raises(BundleError, match="not the bytes"):
        bundle.write(tmp_path, 1, {bundle.MODEL: ONE}, {"digest": hashlib.sha256(TWO).hexdigest()})
    assert list(tmp_path.iterdir()) == []


def test_a_pointer_is_not_moved_to_what_cannot_be_served(tmp_path):
    lay(tmp_path, 1), lay(tmp_path, 2, TWO)
    bundle.point(tmp_path, 1)
    (tmp_path / "2" / bundle.MODEL).write_bytes(b"")
    for version in (2, 7):
        with pytest.raises(BundleError):
            bundle.point(tmp_path, version)
    assert bundle.current(tmp_path).version == 1


def test_a_new_registry_may_use_a_number_again_and_both_models_stay(tmp_path):
    lay(tmp_path, 1)
    bundle.point(tmp_path, 1)
    fresh = lay(tmp_path, 1, TWO)
    assert bundle.current(tmp_path).model == ONE
    bundle.point(tmp_path, 1, fresh.digest)
    assert bundle.current(tmp_path).model == TWO
    assert bundle.of_version(tmp_path, 1, hashlib.sha256(ONE).hexdigest()).model == ONE
    assert bundle.of_version(tmp_path, 1, "f" * 64) is None


def test_a_manifest_is_renewed_without_touching_the_model(tmp_path):
    before = lay(tmp_path, 1, promotion=1)
    inode = (before.folder / bundle.MODEL).stat().st_ino
    assert lay(tmp_path, 1, promotion=2).manifest["promotion"] == 2
    assert (before.folder / bundle.MODEL).stat().st_ino == inode


def test_retiring_keeps_what_is_named_and_what_is_pointed_to(tmp_path):
    for version in range(1, 6):
        lay(tmp_path, version)
    bundle.point(tmp_path, 2)
    assert sorted(bundle.prune(tmp_path, {4, 5})) == ["1", "3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2", "4", "5", "current"]


def test_what_a_killed_writer_left_is_swept_once_it_is_old(tmp_path):
    old, young = tmp_path / ".1.aaaa", tmp_path / ".2.bbbb"
    old.mkdir(), young.mkdir()
    os.utime(old, (0, 0))
    bundle.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".2.bbbb"]


def test_a_notice_is_written_only_when_it_is_new(tmp_path):
    assert notices.write(tmp_path, notices.STATUS, {"state": "ok"})
    first = (tmp_path / notices.STATUS).stat().st_ino
    assert not notices.write(tmp_path, notices.STATUS, {"state": "ok"})
    assert (tmp_path / notices.STATUS).stat().st_ino == first
    assert notices.status(tmp_path) == {"state": "ok", "silent_seconds": pytest.approx(0, abs=5)}
    os.utime(tmp_path / notices.STATUS, (0, 0))
    assert notices.status(tmp_path)["silent_seconds"] > 1e6
    assert notices.registry(tmp_path) is None


def test_an_ask_is_taken_answered_and_taken_away(tmp_path):
    name = asks.ask(tmp_path, "pin", version=2, why="a reason", who="ops")
    assert asks.answer(tmp_path, name) is None
    (asked,) = asks.waiting(tmp_path)
    assert (asked.action, asked.details["version"], asked.again) == ("pin", 2, False)
    asks.take(tmp_path, asked)
    assert asks.waiting(tmp_path)[0].again
    asks.reply(tmp_path, asked, {"ok": True, "words": "done"})
    assert asks.waiting(tmp_path) == []
    assert asks.answer(tmp_path, name) == {"id": name, "action": "pin", "ok": True, "words": "done"}


def test_asks_that_make_no_sense_are_refused(tmp_path):
    with pytest.raises(BundleError, match="knows no 'delete'"):
        asks.ask(tmp_path, "delete")
    with pytest.raises(BundleError, match="not the id"):
        asks.answer(tmp_path, "../../etc/passwd")
    for _ in range(asks.MOST):
        asks.ask(tmp_path, "reload")
    with pytest.raises(BundleError, match="is sync running"):
        asks.ask(tmp_path, "reload")


def test_a_torn_ask_is_seen_as_such(tmp_path):
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests" / "x.json").write_text("{")
    assert asks.waiting(tmp_path)[0].action == "unreadable"


def test_reading_a_bundle_carries_neither_a_table_library_nor_a_tracker():
    code = "import sys; from churn.stores import bundle, notices, asks; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "mlflow", "pyarrow", "numpy"} & set(loaded)


def test_a_manifest_is_plain_json_with_a_seal(tmp_path):
    folder = lay(tmp_path, 1, family="scorecard").folder
    told = json.loads((folder / bundle.MANIFEST).read_text())
    assert len(told.pop("seal")) == 64
    assert told == {
        "model": "telco-churn",
        "digest": hashlib.sha256(ONE).hexdigest(),
        "family": "scorecard",
        "version": 1,
    }
