"""Push from one clone, pull into another, over a real S3 API: only register runs, and adds nothing."""

import boto3
import pytest
from moto.server import ThreadedMotoServer

from workshop import Workshop

KEYS = {"AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def bucket():
    server = ThreadedMotoServer(port=0)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    names = {"aws_access_key_id": "t", "aws_secret_access_key": "t", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=address, **names).create_bucket(Bucket="churn")
    yield address
    server.stop()


def test_a_second_clone_pulls_and_runs_register_alone(bucket, tmp_path):
    one = Workshop.copy(tmp_path / "one").with_small_table()
    shared = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/shared/mlflow.db"} | KEYS
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
