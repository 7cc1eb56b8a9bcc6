"""The workflows as they are written: lint, permissions, secrets, and steps that also run here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from actions.runner import FOLDER, ROOT, WORKFLOWS, actions, starts

JOBS = {f"{name}/{job}": body for name, flow in WORKFLOWS.items() for job, body in flow["jobs"].items()}
STEPS = [(where, step) for where, job in JOBS.items() for step in job["steps"]]
TARGETS = set(re.findall(r"^([a-z][a-z.-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
MAKE = re.compile(r"^make ([a-z-]+)$")
WRITERS = {
    "data/retrain": {"contents": "write", "pull-requests": "write", "actions": "write"},
    "release/images": {"contents": "read", "packages": "write", "id-token": "write", "attestations": "write"},
}
BIN = Path(sys.executable).parent


def tool(*words, cwd=ROOT):
    return subprocess.run([BIN / words[0], *words[1:]], cwd=cwd, capture_output=True, text=True, check=False)


def lint(folder):
    return tool("zizmor", "-q", "--offline", "--no-progress", "--strict-collection", "--persona", "pedantic", folder)


def test_the_linters_find_nothing_and_the_schema_holds():
    assert lint(".github").returncode == 0, lint(".github").stdout
    paths = sorted(FOLDER.glob("*.yml"))
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        told = tool("check-jsonschema", "--builtin-schema", schema, *paths)
        assert told.returncode == 0, told.stdout
    assert tool("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml").returncode == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- run: make judge", "- run: make judge ${{ github.event.head_commit.message }}"),
        ("permissions: {}", "permissions: write-all"),
        ("uses: actions/setup-python@v6.0.0", "uses: somebody/setup@v1"),
    ],
)
def test_the_linter_would_see_it(tmp_path, old, new):
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    path = tmp_path / ".github" / "workflows" / "data.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert lint(tmp_path / ".github").returncode != 0


def test_every_step_that_runs_is_a_make_target_of_this_repository():
    run = [(where, step["run"]) for where, step in STEPS if "run" in step]
    assert len(run) > 10
    for where, words in run:
        found = MAKE.match(words)
        assert found, f"{where}: {words!r} is not a make target alone"
        assert found[1] in TARGETS, f"{where}: make {found[1]} does not exist"


def test_what_the_workflow_runs_in_quality_is_what_guards_main():
    guarded = set((ROOT / ".ci" / "run").read_text().rpartition("\nmake ")[2].split())
    ran = {MAKE.match(step["run"])[1] for where, step in STEPS if where.startswith("quality/") and "run" in step}
    assert guarded - {"test"} <= ran
    assert ran - guarded == {"coverage", "audit"}, "the audit asks the internet, and coverage runs the same tests"


def test_a_fork_gets_no_secret_and_nothing_to_write_with():
    """A pull request from a fork runs with its own code: only what starts on one is within its reach."""
    assert [name for name in WORKFLOWS if "pull_request" in starts(name)] == ["quality"]
    assert not [name for name in WORKFLOWS if {"pull_request_target", "workflow_run"} & set(starts(name))]
    text = (FOLDER / "quality.yml").read_text()
    assert "secrets." not in text
    assert "vars." not in text
    assert "write" not in text


@pytest.mark.parametrize("where", JOBS)
def test_a_job_may_only_what_it_needs(where):
    job = JOBS[where]
    assert WORKFLOWS[where.partition("/")[0]]["permissions"] == {}
    assert job["permissions"] == WRITERS.get(where, {"contents": "read"})
    assert job["timeout-minutes"] <= 90
    assert ("secrets." in str(job)) == ("environment" in job)


def test_no_expression_stands_in_a_step_that_runs():
    assert not [where for where, step in STEPS if "${{" in step.get("run", "")]


def test_only_the_job_that_pushes_keeps_its_credentials():
    kept = [
        where
        for where, step in STEPS
        if "checkout" in step.get("uses", "") and step["with"]["persist-credentials"] is not False
    ]
    assert kept == ["data/retrain"]


def test_writers_of_the_registry_wait_for_one_another():
    assert JOBS["data/retrain"]["concurrency"] == {"group": "registry", "cancel-in-progress": False}
    assert WORKFLOWS["promote"]["concurrency"] == {"group": "registry", "cancel-in-progress": False}


def test_only_a_merge_to_main_or_a_person_promotes():
    assert starts("promote") == {"push": {"branches": ["main"], "paths": ["dvc.lock"]}, "workflow_dispatch": None}
    assert [where for where, step in STEPS if step.get("run") == "make promote"] == ["promote/promote"]


def test_only_a_tag_or_a_person_releases_and_production_comes_last():
    assert starts("release") == {"push": {"tags": ["v*.*.*"]}, "workflow_dispatch": None}
    needed = {name: job.get("needs") for name, job in WORKFLOWS["release"]["jobs"].items()}
    assert needed == {"images": None, "staging": "images", "production": ["images", "staging"]}
    assert WORKFLOWS["release"]["concurrency"] == {"group": "release", "cancel-in-progress": False}


def test_the_cluster_s_key_is_seen_by_the_one_step_that_uses_it():
    seen = [(where, step["run"]) for where, step in STEPS if "CHURN_KUBECONFIG" in str(step)]
    assert seen == [("release/staging", "make roll-out"), ("release/production", "make roll-out")]
    assert "CHURN_KUBECONFIG" not in str([job.get("env") for job in JOBS.values()])


def test_actions_are_few_first_hand_and_at_one_exact_tag():
    assert len(actions()) == 4
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+\.\d+\.\d+", name) for name in actions())


def test_a_key_that_slipped_in_is_found(tmp_path):
    recipe = re.search(r"^secrets:.*?\n\n", (ROOT / "Makefile").read_text(), re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "Makefile").write_text(f"export PATH := {BIN}:$(PATH)\n{recipe}".replace(" .venv/.check", ""))
    (tmp_path / "plain.py").write_text('PLACE = "here"\nDIGEST = "16320c9c1ec72448db59aa0a26a0b95401046bef5d02fd3a"\n')
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    asked = ["make", "-s", "secrets"]
    assert subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "plain.py").write_text('KEY = "{}"\n'.format("AKIA" + "IOSFODNN7EXAMPLF"))
    told = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "AWS Access Key" in told.stdout
