"""A release: what answers well stays, and of what does not, what ran before comes back."""

import json
import os
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest

from churn.errors import SettingsError
from churn.services.checks.check import Checked
from churn.services.release import images
from churn.services.release.cluster import ClusterFault, kubectl
from churn.services.release.rollout import TakenBack, roll_out

ROOT = Path(__file__).parents[3]
TARGETS = ("api", "sync", "explainer", "dashboard", "monitor", "mlflow", "pipeline")
OLD, NEW = (dict.fromkeys(TARGETS, f"sha256:{digit * 64}") for digit in "12")
PLACE = "registry.example/firm"
GOOD, BAD = [Checked("alive", True, "ok", 0.0)], [Checked("alive", False, "500", 0.0)]

KUBECTL = shutil.which("kubectl", path=f"{ROOT}/.venv-verify/bin:{os.environ['PATH']}")

pytestmark = pytest.mark.skipif(not KUBECTL, reason="kubectl renders the overlays: make verify-kubernetes brings it")


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A cluster in which a release runs already."""
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"deployments": {}, "cronjobs": {}, "jobs": {}, "asked": []}))
    (tmp_path / "bin").mkdir()
    door = tmp_path / "bin" / "kubectl"
    door.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("cluster.py")} "$@"\n')
    door.chmod(0o755)
    monkeypatch.setenv("CLUSTER_KUBECTL", str(KUBECTL))
    monkeypatch.setenv("CLUSTER_STATE", str(state))
    monkeypatch.setenv("CLUSTER_STUCK", "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    roll_out(objects(OLD), lambda: GOOD, 1)
    return state


def objects(digests):
    return json.loads(rendered(json.dumps(digests)))


@cache
def rendered(digests):
    return json.dumps(overlay(json.loads(digests)))


def overlay(digests):
    return images.render(ROOT / "k8s/overlays/production", PLACE, digests)


def running(state):
    """Give the digests of ours that the cluster runs, and those that its schedules will."""
    told = json.loads(state.read_text())
    spelt = [json.dumps([one["now"] for one in told[kind].values()]) for kind in ("deployments", "cronjobs")]
    return [{digest for digest in (OLD["api"], NEW["api"]) if digest in text} for text in spelt]


def test_a_release_names_each_image_by_its_digest(cluster):
    text = json.dumps(objects(NEW))
    assert "ghcr.io/telco-churn/" not in text
    assert f"{PLACE}/api@{NEW['api']}" in text


def test_it_changes_only_what_its_role_may(cluster):
    assert {one["kind"] for one in objects(NEW)} <= images.OURS


def test_what_answers_well_stays(cluster):
    assert roll_out(objects(NEW), lambda: GOOD, 1) == GOOD
    assert running(cluster) == [{NEW["api"]}, {NEW["api"]}]


def test_what_answers_badly_is_taken_back(cluster):
    with pytest.raises(TakenBack, match=r"(?s)FAIL  alive.*taken back: api \(revision 1\)"):
        roll_out(objects(NEW), lambda: BAD, 1)
    assert running(cluster) == [{OLD["api"]}, {OLD["api"]}]


def test_what_does_not_come_up_is_taken_back_and_never_asked(cluster, monkeypatch):
    monkeypatch.setenv("CLUSTER_STUCK", NEW["api"])
    with pytest.raises(TakenBack, match="timed out"):
        roll_out(objects(NEW), lambda: pytest.fail("asked"), 1)
    assert running(cluster) == [{OLD["api"]}, {OLD["api"]}]


def test_what_the_cluster_has_not_counted_yet_is_taken_back_too(cluster, monkeypatch):
    """The revision is written by a controller, a moment after the object was taken."""
    monkeypatch.setenv("CLUSTER_SLOW", "1")
    with pytest.raises(TakenBack, match=r"taken back: api \(revision 1\)"):
        roll_out(objects(NEW), lambda: BAD, 1)
    assert running(cluster) == [{OLD["api"]}, {OLD["api"]}]


@pytest.mark.parametrize("fault", [KeyError("churn_probability"), KeyboardInterrupt()])
def test_an_answer_that_nobody_can_read_is_taken_back_and_so_is_what_is_broken_off(cluster, fault):
    def look():
        raise fault

    with pytest.raises(TakenBack, match=r"(?s)Key.*taken back: api"):
        roll_out(objects(NEW), look, 1)
    assert running(cluster) == [{OLD["api"]}, {OLD["api"]}]


def test_one_that_cannot_be_taken_back_keeps_no_other_from_it_and_is_told(cluster, monkeypatch):
    monkeypatch.setenv("CLUSTER_KEPT", "api")
    with pytest.raises(ClusterFault, match=r"(?s)NOT all of it.*deployment/api.*unable to find"):
        roll_out(objects(NEW), lambda: BAD, 1)
    told = json.loads(cluster.read_text())["deployments"]
    assert {name for name, one in told.items() if NEW["api"] in json.dumps(one["now"])} == {"api"}
    assert running(cluster)[1] == {OLD["api"]}


def test_what_is_new_and_answers_badly_is_told_of(cluster):
    state = json.loads(cluster.read_text())
    del state["deployments"]["dashboard"]
    cluster.write_text(json.dumps(state))
    with pytest.raises(TakenBack, match=r"dashboard \(new: it stays\)"):
        roll_out(objects(NEW), lambda: BAD, 1)


def test_a_release_that_changes_nothing_takes_nothing_back(cluster):
    with pytest.raises(TakenBack, match="nothing had changed"):
        roll_out(objects(OLD), lambda: BAD, 1)
    assert running(cluster) == [{OLD["api"]}, {OLD["api"]}]


def test_an_image_without_a_digest_is_not_released(cluster):
    with pytest.raises(SettingsError, match=r"no digest for ghcr\.io/telco-churn/sync"):
        overlay({name: digest for name, digest in NEW.items() if name != "sync"})


@pytest.mark.parametrize("spelt", ["", "{}", "[]", '{"api": "latest"}', '{"api": "sha256:12"}'])
def test_what_names_no_images_is_refused(spelt):
    with pytest.raises(SettingsError, match="make publish"):
        images.read(spelt)


def test_the_digests_read_as_they_are_told():
    assert images.read(json.dumps(NEW)) == NEW


def test_without_kubectl_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClusterFault, match="kubectl is not here"):
        kubectl("get", "pods")
