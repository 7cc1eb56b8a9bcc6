"""Make the bucket of MLflow's artifacts, if it is not there yet."""

import os
import sys
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError

OURS = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


def main() -> None:
    """Make it, by the names that MLflow has."""
    name = urlsplit(os.environ["MLFLOW_ARTIFACTS_DESTINATION"]).netloc
    s3 = boto3.client("s3", endpoint_url=os.environ["MLFLOW_S3_ENDPOINT_URL"])
    try:
        s3.create_bucket(Bucket=name)
    except ClientError as fault:
        if fault.response["Error"]["Code"] not in OURS:
            raise
    s3.head_bucket(Bucket=name)
    sys.stdout.write(f"bucket {name} is there\n")


if __name__ == "__main__":
    main()
