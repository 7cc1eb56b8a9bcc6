"""k8s/churn.sh makes a job of the monitor's that runs what was typed, and ends as the job did."""

import json
import os
import shutil
import subprocess

import pytest

from verify.cluster.rendered import ROOT, TOOLS, read, text

KUBECTL = shutil.which("kubectl", path=str(TOOLS))
SCRIPT = ROOT / "k8s/churn.sh"
CLUSTER = """#!/bin/sh
case " $* " in
*" create job "*) cat "$CLUSTER/scheduled.json" ;;
*" patch "*) exec "$KUBECTL" "$@" ;;
*" create --filename "*) cat > "$CLUSTER/made.json" ;;
*" get job "*) printf '%s ' "$ENDED" ;;
*" logs "*) echo "what it said" ;;
esac
"""
"""A stand-in for a cluster: kubectl makes the job really, and else hears what a cluster would answer."""

pytestmark = pytest.mark.skipif(not KUBECTL, reason="kubectl makes the job: make verify-kubernetes brings it")


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A cluster that would run overlay production's CronJob."""
    (job,) = [one for one in read(text("production")).of("CronJob") if one["metadata"]["name"] == "monitor"]
    told = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}, **job["spec"]["jobTemplate"]}
    (tmp_path / "scheduled.json").write_text(json.dumps(told))
    (tmp_path / "kubectl").write_text(CLUSTER)
    (tmp_path / "kubectl").chmod(0o755)
    monkeypatch.setenv("KUBECTL", str(KUBECTL))
    monkeypatch.setenv("CLUSTER", str(tmp_path))
    monkeypatch.setenv("CHURN_USER", 'o"brien')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def typed(*words):
    return subprocess.run(["sh", str(SCRIPT), "telco-churn", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("ended", "code"), [("SuccessCriteriaMet Complete", 0), ("FailureTarget Failed", 1)])
def test_a_command_runs_once_with_its_words_as_they_were_typed(cluster, monkeypatch, ended, code):
    monkeypatch.setenv("ENDED", ended)
    words = ["rollback", "--why", 'it\'s "worse" \\ than $before']
    done = typed(*words)
    assert (done.returncode, done.stdout) == (code, "what it said\n"), done.stderr
    spec = json.loads((cluster / "made.json").read_text())["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert spec["backoffLimit"] == 0
    assert container["command"] == ["churn", *words]
    assert {"name": "CHURN_USER", "value": 'o"brien'} in container["env"]


def test_a_namespace_is_asked_for():
    done = subprocess.run(["sh", str(SCRIPT)], capture_output=True, text=True, check=False)
    assert done.returncode
    assert "the namespace" in done.stderr
