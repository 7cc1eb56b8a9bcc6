"""The whole path: the ledger's export, a runner's clone, DVC's pull, the flag, the branch, the merge, the promotion.

Real parts all the way: ledger, git with a bare remote, DVC over a real S3 API, MLflow, the pipeline, act, a forge.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import buckets
import forges
import ledgers
import watched
from actions.runner import play
from churn import columns, table
from churn.stores.ledger.watch import decisions
from churn.stores.tracking.registry import Registry
from customers import invent
from workshop import SMALL, Workshop

KEYS = {"AWS_ACCESS_KEY_ID": "key-id", "AWS_SECRET_ACCESS_KEY": "hush-hush"}
STORE = "s3://churn/store"
THIS_WINDOW = int(time.time() * 1e6) // watched.WINDOW - watched.FIRST
ASKED = {
    "at": int(time.time() * 1e6), "action": "retrain", "cause": "loss", "evidence": {}, "money": 900.0,
    "words": "labels show that the champion loses 900 a month",
}  # fmt: skip


@pytest.fixture(scope="module")
def bucket():
    with buckets.bucket() as address:
        yield address


@pytest.fixture(scope="module")
def firm(tmp_path_factory, bucket):
    """A firm with a champion in service, its ledger, its remotes, and labels that show that the world has changed."""
    root = tmp_path_factory.mktemp("firm")
    shop = Workshop.copy(root / "project")
    shop.env |= KEYS | {
        "AWS_ENDPOINT_URL": bucket, "AWS_DEFAULT_REGION": "us-east-1", "CHURN_USER": "anna",
        "MLFLOW_TRACKING_URI": f"sqlite:///{root}/shared/mlflow.db",
        "CHURN_DATABASE_URL": f"sqlite:///{root}/project/.churn/ledger.db",
    }  # fmt: skip
    invent(1500).to_csv(root / "customers.csv", index=False)
    shop.set(
        ingest={"uri": str(root / "customers.csv")}, **(SMALL | {"gate": SMALL["gate"] | {"profit_margin": 100_000}})
    )
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(root / "origin.git")], check=True)
    for words in (
        ["git", "remote", "add", "origin", str(root / "origin.git")],
        ["dvc", "remote", "modify", "--local", "storage", "url", STORE],
        ["dvc", "repro"],
        ["churn", "promote"],
        ["dvc", "push"],
    ):
        shop.run(*words)
    shop.commit("Run")
    shop.run("git", "push", "-q", "origin", "main")
    asyncio.run(lived(shop.env["CHURN_DATABASE_URL"]))
    return shop


async def lived(address):
    """Let two months pass, of which the first is mature, and let monitoring ask for a challenger."""
    Path(address.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True)
    months = [watched.month(THIS_WINDOW - 2, 2500), watched.month(THIS_WINDOW - 1, 600)]
    risk = np.where(months[0].rows["Contract"] == "Month-to-month", 0.1, 0.6)
    drawn = table.hashes(months[0].rows[columns.names()]) / 2.0**64  # equal customers do the same: labels are sound
    months[0].left = drawn < risk
    async with ledgers.opened(address) as ledger:
        await watched.put(ledger, months)
        await ledger.do(lambda connection: decisions.add(connection, "production", ASKED))


def runner(firm, place, branch):
    """Clone what a runner would clone, with an environment that is made already."""
    subprocess.run(["git", "clone", "-q", "-b", branch, str(firm.root.parent / "origin.git"), str(place)], check=True)
    _environment(place / ".venv")
    return place


def _environment(made):
    """Link our own environment, all but what installs: a runner here must not change what others use."""
    ours = Path(sys.executable).parents[1]
    (made / "bin").mkdir(parents=True)
    for tool in (ours / "bin").iterdir():
        if not tool.name.startswith("pip"):
            (made / "bin" / tool.name).symlink_to(tool)
    (made / "bin" / "pip").write_text("#!/bin/sh\necho installed already\n")
    (made / "bin" / "pip").chmod(0o755)
    (made / "lib").symlink_to(ours / "lib")
    shutil.copy(ours / "pyvenv.cfg", made)


def settings_of(firm, forge=None, **more):
    """Spell the repository's variables and secrets, as its owner would set them."""
    told = {
        "CHURN_STORAGE": STORE, "AWS_ENDPOINT_URL": firm.env["AWS_ENDPOINT_URL"], "AWS_DEFAULT_REGION": "us-east-1",
        "MLFLOW_TRACKING_URI": firm.env["MLFLOW_TRACKING_URI"], **more,
    }  # fmt: skip
    words = [part for name, value in told.items() for part in ("--var", f"{name}={value}")]
    words += [part for name, value in KEYS.items() for part in ("-s", f"{name}={value}")]
    env = {"PYTHONPATH": "src", "DVC_NO_ANALYTICS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1"}
    if forge:
        env |= {"GITHUB_API_URL": forge.url, "GITHUB_REPOSITORY": "anna/churn"}
    return [*words, "-s", "GITHUB_TOKEN=forge-token", "--actor", "anna"], env


def branches(firm):
    said = firm.run("git", "ls-remote", "--heads", "origin")
    return {line.split("refs/heads/")[1] for line in said.splitlines()}


def champion(firm):
    return Registry(firm.env["MLFLOW_TRACKING_URI"], "telco-churn").aliases()["champion"]


def test_the_circle_closes_and_only_the_merge_promotes(firm, tmp_path):
    said = firm.run("churn", "export")
    (data,) = branches(firm) - {"main"}
    assert data.startswith("data/20"), said
    firm.run("git", "fetch", "-q", "origin")
    held = firm.run("git", "ls-tree", "-r", "--name-only", f"origin/{data}", "data/incoming", "data/current").split()
    assert all(name.endswith((".csv.dvc", ".gitkeep")) for name in held), "customers go to the storage, never into git"
    assert len(held) == 4

    clone = runner(firm, tmp_path / "runner" / "clone", data)
    with forges.running() as forge:
        words, env = settings_of(firm, forge)
        played = play(clone, "data", "push", *words, seconds=900, **env)
    assert played.jobs == {"judge": "succeeded", "retrain": "succeeded"}, played.whole
    assert "why=decided: labels show that the champion loses 900 a month" in played.lines
    assert "hush-hush" not in "\n".join(played.lines)

    (branch,) = branches(firm) - {"main", data}
    assert branch.startswith("retrain/")
    (opened, checks) = forge.asked
    assert (opened[1]["head"], opened[1]["base"]) == (branch, "main")
    assert opened[1]["body"].startswith("# Evidence for model")
    assert "labels show that the champion loses 900 a month" in opened[1]["body"]
    assert checks[1] == {"ref": branch}
    assert champion(firm) == 1

    approved(firm, branch)
    merged = runner(firm, tmp_path / "merged" / "clone", "main")
    words, env = settings_of(firm)
    played = play(merged, "promote", "push", *words, seconds=900, **env)
    state = json.loads(firm.run("git", "show", f"{branch_tip(firm, branch)}:reports/gate.json"))["state"]
    assert state == "pass", "the test is of a challenger that is better"
    assert played.jobs == {"promote": "succeeded"}, played.whole
    assert champion(firm) == 2
    assert "merged as" in firm.run("churn", "history")


def branch_tip(firm, branch):
    return firm.run("git", "ls-remote", "origin", f"refs/heads/{branch}").split()[0]


def approved(firm, branch):
    """Merge, as a person does on the forge; what was reproduced there is what everybody else finds."""
    firm.run("git", "fetch", "-q", "origin")
    other = firm.root.parent / "reviewer"
    firm.run("git", "clone", "-q", "-b", branch, str(firm.root.parent / "origin.git"), str(other))
    review = Workshop(other)
    review.env |= {
        name: value for name, value in firm.env.items() if name.startswith(("AWS_", "MLFLOW_", "CHURN_USER"))
    }
    review.run("dvc", "remote", "modify", "--local", "storage", "url", STORE)
    review.run("dvc", "pull")
    assert review.repro("--dry") == ["register"], "the lock of the branch speaks of this code and these tables"
    for words in (
        ["git", "checkout", "-q", "main"],
        ["git", "merge", "-q", "--no-ff", "--no-edit", f"origin/{branch}"],
    ):
        review.run(
            *words, GIT_AUTHOR_NAME="anna", GIT_AUTHOR_EMAIL="a@a", GIT_COMMITTER_NAME="anna", GIT_COMMITTER_EMAIL="a@a"
        )
    review.run("git", "push", "-q", "origin", "main")


def test_a_runner_without_the_storage_stops_before_it_judges(firm, tmp_path):
    clone = runner(firm, tmp_path / "clone", "main")
    words, env = settings_of(firm, CHURN_STORAGE="")
    played = play(clone, "data", "push", *words, seconds=300, **env)
    assert played.jobs == {"judge": "failed"}
    assert any("CHURN_STORAGE is empty" in line for line in played.lines)
