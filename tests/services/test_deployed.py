"""After a promotion, against a real service and a real registry."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import models
from churn.lifecycle import promotion
from churn.services.checks import deployed
from churn.services.client.client import ChurnClient
from churn.stores.tracking.registry import Registry
from serving import bundled, environment, free_port, running

ROOT = Path(__file__).parents[2]
OLD, NEW = models.model(noise=0.3, rows=400), models.model()
WHY = "merged as 1234"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build a registry with a champion before, and the one just promoted."""
    folder = tmp_path_factory.mktemp("built")
    known = models.empty_store(folder / "template.db", folder)
    models.enter(known, folder, OLD)
    promotion.promote(known, models.REGISTER, promotion.Author("anna", "first"))
    models.enter(known, folder, NEW)
    promotion.promote(known, models.REGISTER, promotion.Author("anna", WHY))
    return folder


@pytest.fixture
def known(built, tmp_path):
    shutil.copy2(built / "mlflow.db", tmp_path)
    return models.Settings(
        _env_file=None, MLFLOW_TRACKING_URI=f"sqlite:///{tmp_path}/mlflow.db", CHURN_LOCK_DIR=tmp_path
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """Serve the old model and the new one."""
    places = {name: tmp_path_factory.mktemp(name) for name in ("old", "new")}
    for (name, place), model in zip(places.items(), (OLD, NEW), strict=True):
        bundled(place / "bundle", model, version=1 if name == "old" else 2)
    with running(places["old"]) as old, running(places["new"]) as new:
        yield {"old": old, "new": new}


def looked(address, known, why=WHY, seconds=0.0):
    with ChurnClient(address, timeout=5, patience=0.5) as service:
        return deployed.validate(service, known, models.REGISTER, why, seconds)


def champion(known):
    return Registry(known.store, models.REGISTER.model).aliases()["champion"]


def test_a_service_that_answers_with_the_champion_is_left_alone(services, known):
    done = looked(services["new"], known)
    assert [one.ok for one in done.found] == [True] * 5, done.found
    assert (done.words, champion(known)) == ("nothing to take back", 2)


def test_a_service_that_keeps_the_old_model_costs_the_new_one_its_place(services, known):
    done = looked(services["old"], known, seconds=1.0)
    assert not done.found[0].ok
    assert "it still answers with" in done.found[0].words
    assert "version 1 is @champion" in done.words
    assert champion(known) == 1
    assert promotion.history(known, models.REGISTER)[-1].intent.why.startswith(WHY)


def test_nobody_there_is_not_well(known):
    done = looked(f"http://127.0.0.1:{free_port()}", known)
    assert not any(one.ok for one in done.found)
    assert champion(known) == 1


def test_what_this_run_did_not_promote_is_not_taken_back(services, known):
    done = looked(services["old"], known, why="merged as 5678")
    assert "promoted nothing" in done.words
    assert champion(known) == 2


def test_a_first_champion_cannot_be_taken_back_and_that_is_said(services, known):
    promotion.rollback(known, models.REGISTER, promotion.Author("anna", "by hand"))
    done = looked(services["new"], known, why="first")
    assert "promoted nothing" in done.words
    assert champion(known) == 1


def test_the_script_ends_with_what_it_found(services, known, tmp_path):
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    words = [sys.executable, str(ROOT / "scripts" / "deployment_check.py"), "--seconds", "0", "--url"]
    env = environment(tmp_path, MLFLOW_TRACKING_URI=known.store, WHY=WHY)
    for name, code, now in (("new", 0, 2), ("old", 1, 1)):
        done = subprocess.run(
            [*words, services[name]], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert champion(known) == now
    assert "1 of 5 checks failed: serves the champion" in done.stderr
