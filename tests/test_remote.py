"""Push from one clone, pull into another, over a real S3 API: only register runs, and adds nothing."""

import pytest

import buckets
from workshop import Workshop


@pytest.fixture
def bucket():
    with buckets.bucket() as address:
        yield address


def test_a_second_clone_pulls_and_runs_register_alone(bucket, tmp_path):
    one = Workshop.copy(tmp_path / "one").with_small_table()
    shared = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/shared/mlflow.db"} | buckets.KEYS
    one.env |= shared
    one.run("dvc", "remote", "modify", "storage", "url", "s3://churn/store")
    one.run("dvc", "remote", "modify", "storage", "endpointurl", bucket)
    one.repro()
    one.commit("Run")
    one.run("dvc", "push")

    one.run("git", "clone", "-q", str(one.root), str(tmp_path / "two"))
    two = Workshop(tmp_path / "two")
    two.env |= shared
    two.run("dvc", "pull")
    assert two.repro() == ["register"]
    said = two.run("churn", "versions")
    assert len(said.splitlines()) == 1
    assert "@challenger" in said
    assert two.run("git", "status", "--porcelain") == ""
