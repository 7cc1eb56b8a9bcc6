"""A bucket of a real S3 API, for as long as a test wants it."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t", "AWS_DEFAULT_REGION": "us-east-1"}


@contextmanager
def bucket() -> Iterator[str]:
    """Serve a bucket called churn, and give the address of its server."""
    server = ThreadedMotoServer(port=0)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        names = {"aws_access_key_id": "t", "aws_secret_access_key": "t", "region_name": KEYS["AWS_DEFAULT_REGION"]}
        boto3.client("s3", endpoint_url=address, **names).create_bucket(Bucket="churn")
        yield address
    finally:
        server.stop()
