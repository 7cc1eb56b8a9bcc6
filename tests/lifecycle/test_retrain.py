"""From the ledger to a branch, in a real clone with real remotes; and what is left when it fails or is killed."""

import asyncio
import os
import shutil
import signal
from datetime import date
from pathlib import Path

import pytest

import retraining
import watched
from churn.errors import CloneError, RetrainingError
from churn.lifecycle.decision import kept
from churn.lifecycle.retraining.exporting import exporting
from churn.lifecycle.retraining.retrain import retrain
from churn.params.campaign import Campaign
from churn.params.monitor import Monitor
from churn.params.retrain import Retrain
from churn.params.section import load
from churn.settings import Settings
from churn.stores.ledger.opened import opened
from churn.stores.ledger.watch import decisions
from workshop import Workshop

NOW = (watched.FIRST + 2) * watched.WINDOW
BRANCH = "data/2019-06-12"
STEPS = ("bench", "choose", "train", "push")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make the project once, with two months in its ledger; tests work in copies."""
    shop = retraining.project(tmp_path_factory.mktemp("made") / "project")
    retraining.lived(shop)
    return shop


@pytest.fixture
def shop(made, tmp_path, monkeypatch):
    home, copy = made.root.parent, tmp_path / "home"
    shutil.copytree(home, copy, symlinks=True)
    for name in (".git/config", ".dvc/config"):
        path = copy / "project" / name
        path.write_text(path.read_text().replace(str(home), str(copy)))
    found = Workshop(copy / "project")
    found.env |= made.env | {"CHURN_DATABASE_URL": f"sqlite:///{found.root}/.churn/ledger.db"}
    found.env["PYTHONPATH"] = str(retraining.ROOT / "src")
    found.run("git", "commit", "-qam", "Stand elsewhere")
    monkeypatch.chdir(found.root)
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    return found


@pytest.fixture
def known(shop):
    address = f"sqlite:///{shop.root}/.churn/ledger.db"
    return Settings(_env_file=None, CHURN_SIMULATION=True, CHURN_DATABASE_URL=address, CHURN_USER="tester")


@pytest.fixture
def knobs():
    return load(Retrain)


@pytest.fixture
def export(known):
    return lambda remote="origin": list(exporting(known, load(Campaign), load(Monitor), NOW, remote))


def at_origin(shop, *words):
    return shop.run("git", "-C", str(shop.root.parent / "origin.git"), *words)


def branches(shop):
    return at_origin(shop, "for-each-ref", "--format=%(refname:short)").split()


def decide(known, **changes):
    return asyncio.run(decided(known, **changes))


async def decided(known, **changes):
    told = {"at": NOW, "action": "retrain", "cause": "loss", "words": "offers\nearn less", "evidence": {}} | changes
    async with opened(known) as ledger:
        return await ledger.do(lambda connection: decisions.add(connection, "simulated", told))


def done(known):
    return [(one.action, one.done) for one in asyncio.run(kept.recent(known, 10))]


def trained(known, knobs, remote="origin", why="a new tariff"):
    return retrain(known, knobs, Path(), remote, why, NOW)


def test_batches_reach_a_clone_elsewhere_with_the_reason_why(shop, known, export, tmp_path):
    assert export()[-1] == f"branch {BRANCH} at origin"
    assert "Churn-Decision" not in at_origin(shop, "log", "-1", "--format=%B", BRANCH)
    decide(known)
    assert export()[-1] == f"branch {BRANCH} at origin"
    said = at_origin(shop, "log", "-1", "--format=%B", BRANCH)
    assert "Churn-Decision: retrain" in said
    assert "Churn-Why: offers earn less" in said
    assert export()[-1] == f"branch {BRANCH}: nothing new"
    shop.run("git", "clone", "-q", "-b", BRANCH, str(shop.root.parent / "origin.git"), str(tmp_path / "two"))
    two = Workshop(tmp_path / "two")
    two.run("dvc", "pull", "-q")
    for name in ("incoming/2019-05-13-simulated.csv", "current/2019-06-12-simulated.csv"):
        assert (two.root / "data" / name).read_bytes() == (shop.root / "data" / name).read_bytes()


def test_a_window_that_was_set_aside_leaves_the_branch_and_comes_back_when_it_is_released(shop, known, export):
    export()
    span = [watched.FIRST * watched.WINDOW, (watched.FIRST + 1) * watched.WINDOW]
    decide(known, action="quarantine", cause="labels", evidence={"quarantined": [span]}, at=NOW - 1)
    export()
    listed = at_origin(shop, "ls-tree", "-r", "--name-only", BRANCH)
    assert "data/incoming/2019-05-13-simulated.csv.dvc" not in listed
    assert not list((shop.root / "data/incoming").glob("*.csv*"))
    with pytest.raises(RetrainingError, match="is set aside"):
        asyncio.run(kept.release(known, date(2019, 7, 1), "w", NOW))
    asyncio.run(kept.release(known, date(2019, 5, 13), "sent again", NOW))
    export()
    assert "data/incoming/2019-05-13-simulated.csv.dvc" in at_origin(shop, "ls-tree", "-r", "--name-only", BRANCH)


def test_without_a_remote_nothing_is_exported_or_trained_unless_it_is_to_stay_here(shop, known, knobs, export):
    shop.run("git", "remote", "remove", "origin")
    for attempt in (export, lambda: trained(known, knobs)):
        with pytest.raises(CloneError, match=r"no git remote `origin`.*--local"):
            attempt()
    assert not list((shop.root / "data/incoming").glob("*.csv"))
    assert export(None)[-1] == f"branch {BRANCH}, kept here"
    branch = trained(known, knobs, None).splitlines()[-1]
    assert branch in shop.run("git", "branch", "--format=%(refname:short)").split()


def test_a_decision_ends_in_a_branch_with_its_evidence_and_changes_nothing_here(shop, known, knobs, export):
    decide(known)
    export()
    before = retraining.tree(shop)
    told = trained(known, knobs, why=None)
    branch = told.splitlines()[-1]
    assert branch.startswith("retrain/")
    assert branch in branches(shop)
    changed = at_origin(shop, "show", "--format=", "--name-only", branch).split()
    assert {"dvc.lock", "reports/evidence.md", "reports/retraining.json", "reports/gate.json"} <= set(changed)
    assert "offers earn less" in at_origin(shop, "show", f"{branch}:reports/evidence.md").replace("\n", " ")
    assert retraining.tree(shop) == before
    assert shop.run("git", "worktree", "list").count("\n") == 1
    assert done(known) == [("retrain", told)]
    with pytest.raises(RetrainingError, match="monitoring asks for none"):
        trained(known, knobs, why=None)


def test_a_training_that_fails_leaves_the_model_and_says_so(shop, known, knobs, export, monkeypatch):
    export()
    before = retraining.tree(shop)
    monkeypatch.setenv("BROKEN", "1")
    with pytest.raises(CloneError, match="dvc repro"):
        trained(known, knobs)
    assert retraining.tree(shop) == before
    assert branches(shop) == [BRANCH, "main"]
    ((_, said),) = done(known)
    assert said.startswith("failed: `dvc repro")
    assert "error: this training is broken" in said
    assert "7590-VHVEG" not in said


def test_a_ledger_that_went_away_meanwhile_hides_neither_the_branch_nor_why_there_is_none(
    shop, known, knobs, monkeypatch, caplog
):
    away = known.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/none"})
    code = shop.root / "train.py"
    code.write_text(code.read_text() + "# another\n")
    shop.commit("Another training")
    assert "retrain/" in trained(away, knobs, None)
    assert "could not be noted" in caplog.text
    monkeypatch.setenv("BROKEN", "1")
    code.write_text(code.read_text() + "# one more\n")
    shop.commit("One more training")
    with pytest.raises(CloneError, match="dvc repro"):
        trained(away, knobs, None)


def test_killed_in_every_step_it_leaves_the_folder_as_it_was_and_the_next_run_makes_it_whole(
    shop, known, knobs, export
):
    export()
    before = retraining.tree(shop)
    for step in STEPS:
        child = retraining.started(shop, "retrain", "--why", "w", "--now", "2019-06-13", SLOW="1")
        heard = next(line for line in child.stderr if f"retrain: {step}" in line)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert heard
        assert retraining.tree(shop) == before, step
    branch = trained(known, knobs).splitlines()[-1]
    assert branches(shop) == [BRANCH, "main", branch]
    assert shop.run("git", "worktree", "list").count("\n") == 1
    assert retraining.tree(shop) == before


def test_of_two_retrainings_in_one_clone_one_wins_and_the_other_says_so(shop, known, knobs, export):
    export()
    child = retraining.started(shop, "retrain", "--why", "w", "--now", "2019-06-13", SLOW="4")
    next(line for line in child.stderr if "retrain: train" in line)
    with pytest.raises(RetrainingError, match="another retraining is running"):
        trained(known, knobs)
    out, _ = child.communicate(timeout=120)
    assert child.returncode == 0
    assert out.splitlines()[-1] in branches(shop)


def test_of_two_retrainings_in_two_clones_one_wins_and_the_other_says_so(shop, known, knobs, export):
    export()
    first = trained(known, knobs)
    branch = first.splitlines()[-1]
    tip = at_origin(shop, "rev-parse", branch)
    same = trained(known, knobs)
    assert "handed over already" in same
    assert same.splitlines()[-1] == branch
    with pytest.raises(RetrainingError, match="another retraining was first"):
        trained(known, knobs, why="another reason")
    assert at_origin(shop, "rev-parse", branch) == tip


def test_without_anything_new_nothing_is_handed_over(shop, known, knobs):
    with pytest.raises(RetrainingError, match="nothing new to learn from"):
        trained(known, knobs)
    assert branches(shop) == ["main"]


def test_a_batch_that_nobody_else_has_is_refused(shop, known, knobs):
    (shop.root / "data/incoming/2019-05-01-hand.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RetrainingError, match="has no pointer"):
        trained(known, knobs)


def test_a_remote_of_dvc_that_is_away_is_said_and_no_branch_names_what_nobody_has(shop, known, export):
    shop.run("dvc", "remote", "modify", "-q", "storage", "url", "ssh://nobody@127.0.0.1:1/x")
    with pytest.raises(CloneError, match="dvc push"):
        export()
    assert branches(shop) == ["main"]


def test_outside_a_clone_nothing_is_done(tmp_path, known, knobs):
    with pytest.raises(CloneError, match="no git clone"):
        retrain(known, knobs, tmp_path, None, "w", NOW)
