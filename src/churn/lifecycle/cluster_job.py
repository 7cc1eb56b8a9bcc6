"""A table of many Parquet files, scored on a Spark cluster into a folder that takes its place whole."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from uuid import uuid4

from churn.errors import TableError
from churn.lifecycle.scoring_order import Order
from churn.scoring.engine import Engine
from churn.scoring.files import folder
from churn.scoring.files.forms import PARQUET
from churn.scoring.files.score import Watch
from churn.scoring.files.tally import Tally
from churn.stores.bundle import Bundle

ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]+:/")
"""How a path begins that was an address: s3a://, hdfs://."""


def form(order: Order) -> str:
    """Name the form of the customers."""
    del order
    return PARQUET.name


def refuse(order: Order) -> None:
    """Raise TableError for what can be seen before a cluster is asked."""
    for place in (order.path, order.out):
        if ADDRESS.match(str(place)):
            raise TableError(f"{place}: an address; name a folder that every machine of the cluster has mounted there")
    _refuse_no_table(order.path)
    places = [one.resolve() for one in (order.path, order.out, order.rejects)]
    if any(one == other or one in other.parents for one, other in permutations(places, 2)):
        raise TableError(f"{order.path}: customers, answers and rejects are three places, none within another")
    _refuse_taken(order)


def _refuse_no_table(path: Path) -> None:
    if not path.exists():
        raise TableError(f"{path}: no folder there; name a folder of Parquet files")
    if path.is_file() and path.suffix.lower() not in PARQUET.endings:
        raise TableError(f"{path}: not a Parquet file; save it as one, or score it without --engine spark")
    if not folder.files(path):
        raise TableError(f"{path}: no Parquet file in it; expected a row per customer")


def _refuse_taken(order: Order) -> None:
    for place in (order.out, order.rejects):
        if place.exists() and not order.force:
            raise TableError(f"{place}: it exists; name another, or say --force to replace it")
    if order.out.exists() and not _is_table(order.out):
        raise TableError(f"{order.out}: not a folder of Parquet files alone, so it is not replaced; name another")


@contextmanager
def aside(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` to write to; it takes the place of `out` only when the block ends well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{uuid4().hex[:8]}")
    older = draft.with_name(f"{draft.name}.older")
    try:
        yield draft
        _replace(out, draft, older)
        shutil.rmtree(older, ignore_errors=True)  # one that could not be brought back stays
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(out: Path, draft: Path, older: Path) -> None:
    """Put the draft in the place of `out`; what stood there comes back where that fails."""
    if out.exists():
        out.rename(older)
    try:
        draft.rename(out)
    except OSError:
        if older.exists():
            older.rename(out)
        raise


def score(order: Order, found: Bundle, engine: Engine, draft: Path, rejects: Path, record: str, watch: Watch) -> Tally:
    """Score the table into a draft. Raises TableError, ServiceError, SettingsError."""
    from churn.scoring.spark import session
    from churn.scoring.spark.score import Job
    from churn.scoring.spark.score import score as score_table

    path = order.path.absolute()  # a worker stands in another folder
    job = Job(path, draft.absolute(), rejects, record, found.model, engine.version, order.ignore)
    with session.opened(order.master or "local[*]") as cluster:
        return score_table(job, cluster, watch)


def _is_table(path: Path) -> bool:
    try:
        return path.is_dir() and bool(folder.files(path))
    except TableError:
        return False
