"""A session on a Spark cluster: opened with what the scorer needs, and its faults put in plain words."""

import os
import re
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from churn.errors import ChurnError, ServiceDown, ServiceError, SettingsError
from churn.scoring.files.source import ROWS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.caseSensitive": "true",  # a table's Churn and our churn are two columns
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(ROWS),
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.session.timeZone": "UTC",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "1",  # the other leaves files of a task that died
    "spark.ui.enabled": "false",  # its pages would be open to everybody who reaches this machine
}
"""What the results depend on; all else comes from SPARK_CONF_DIR/spark-defaults.conf."""
WAIT = 10.0
"""Seconds in which a master must take a connection."""
OWN = re.compile(r"churn\.errors\.\w+: (.+)")
LONGEST = 300


@contextmanager
def opened(master: str) -> Iterator["SparkSession"]:
    """Open a session and close it. Raises SettingsError where Spark or Java lacks, ServiceDown where no master is."""
    _refuse_away(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of a pandas too new for parts of Spark that are not used here
        session = _started(master)
        try:
            yield session
        finally:
            session.stop()


@contextmanager
def plain_words(name: str) -> Iterator[None]:
    """Say in a line what made Spark give up. Raises ServiceError."""
    from pyspark.errors import PySparkException

    try:
        yield
    except ChurnError:
        raise
    except Exception as fault:
        if not isinstance(fault, PySparkException) and not type(fault).__module__.startswith("py4j"):
            raise
        raise ServiceError(f"{name}: Spark gave up: {_line(str(fault))}") from fault


def _started(master: str) -> "SparkSession":
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as fault:
        raise SettingsError("this Python has no Spark; pip install 'telco-churn[spark]'") from fault
    builder = SparkSession.builder.master(master).appName("churn score")
    builder = builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    try:
        return builder.config(map=SETTINGS).getOrCreate()
    except PySparkException as fault:
        if "JAVA_GATEWAY" in str(fault):
            raise SettingsError("Spark did not start; install Java 17 or 21, or set JAVA_HOME") from fault
        raise ServiceDown(f"{master}: no Spark there ({_line(str(fault))})") from fault
    except Exception as fault:  # Java's own have no class of ours until the session is there
        raise ServiceDown(f"{master}: no Spark there ({_line(str(fault))})") from fault


def _refuse_away(master: str) -> None:
    """Knock at a standalone cluster's masters: Spark itself would ask them for a minute."""
    kind, _, places = master.partition("://")
    if kind != "spark":
        return
    for place in places.split(","):
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host, int(port)), WAIT).close()
        except (OSError, ValueError):
            continue
        return
    raise ServiceDown(f"{master}: no master answers there; start it, or name another with --master")


def _line(fault: str) -> str:
    """Find the line that tells: what our own code said on a worker, or else the first."""
    own = OWN.findall(fault)
    lines = [one.strip() for one in fault.splitlines() if one.strip()] or ["it does not say why"]
    return (own[-1] if own else lines[0])[:LONGEST]
