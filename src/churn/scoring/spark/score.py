"""A table scored on a cluster: surveyed, answered, counted again from what was written, and its rejects told."""

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from churn.errors import ServiceError, TableError
from churn.scoring.files import folder
from churn.scoring.files.check import Rejected
from churn.scoring.files.header import ANSWERS
from churn.scoring.files.rejects import Rejects
from churn.scoring.files.score import Watch
from churn.scoring.files.tally import Tally
from churn.scoring.record import Fault
from churn.scoring.spark import worker
from churn.scoring.spark.session import plain_words
from churn.scoring.spark.survey import Survey, survey

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

ROW, FILE, START = "row", "file", "start"
"""The columns that number the rows."""
CHUNK = 1_000
"""Rejected rows that are written at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to score by which model, and where to put what comes of it: a folder of answers, a file of rejects."""

    path: Path
    out: Path
    rejects: Path
    record: str
    model: bytes
    version: int
    ignore: tuple[str, ...] = ()


def score(job: Job, session: "SparkSession", watch: Watch) -> Tally:
    """Score a table. Raises TableError, ServiceError; what is written then is rubbish."""
    with plain_words(str(job.path)):
        stamps = folder.stamps(job.path)
        before = survey(session.sparkContext, job.path, job.ignore)
        if not before.rows:
            raise TableError(f"{job.path}: it has no rows; expected a row per customer")
        tally = _scored(job, session, before)
        if folder.stamps(job.path) != stamps:
            raise TableError(f"{job.path}: it changed while it was scored; run it again once it is complete")
        _hold(job, session, before, tally)
    watch(before.rows, before.rows)
    return tally


def _scored(job: Job, session: "SparkSession", before: Survey) -> Tally:
    table = session.read.option("recursiveFileLookup", "true").parquet(*(_literal(part.path) for part in before.parts))
    rows = _numbered(session, table, before)
    _answer(job, session, rows, table.schema)
    tally = _counted(session, job.out)
    if tally.rows < before.rows:
        _reject(job, rows, table.columns, tally)
    return tally


def _numbered(session: "SparkSession", table: "DataFrame", found: Survey) -> "DataFrame":
    """Count the rows through all files.

    Columns are called by their place: Spark takes points and quotation marks in a name for its own.
    """
    from pyspark.sql import functions as f

    starts = session.createDataFrame([(_uri(session, path), start) for path, start in found.starts], [FILE, START])
    columns = [f.col(_quoted(name)).alias(f"c{place}") for place, name in enumerate(table.columns)]
    places = (f.col("_metadata.file_path").alias(FILE), f.col("_metadata.row_index").alias(ROW))
    joined = table.select(*columns, *places).join(f.broadcast(starts), FILE)
    return joined.withColumn(ROW, f.col(START) + f.col(ROW)).drop(FILE, START)


def _answer(job: Job, session: "SparkSession", rows: "DataFrame", given: "StructType") -> None:
    from pyspark.sql import types as t

    kinds = dict(zip(ANSWERS, (t.DoubleType(), t.BooleanType(), t.BooleanType(), t.DoubleType(), t.StringType(),
                               t.IntegerType(), t.StringType()), strict=True))  # fmt: skip
    shape = t.StructType([*given.fields, *(t.StructField(*one, nullable=False) for one in kinds.items())])
    plan = worker.Plan(given.names, session.sparkContext.broadcast(job.model), job.version, job.record)
    rows.mapInArrow(partial(worker.answered, plan), shape).write.parquet(_place(job.out))


def _counted(session: "SparkSession", out: Path) -> Tally:
    """Count what stands on the disk."""
    from pyspark.sql import functions as f

    answers = session.read.parquet(_literal(out))
    worth = f.sum(f.when(f.col("offer"), f.col("expected_value")).otherwise(0.0))
    many = [f.count("*"), *(f.sum(f.col(name).cast("long")) for name in ("churn", "offer")), worth]
    tally = Tally()
    for tier, *sums in answers.groupBy("risk_tier").agg(*many).collect():
        tally.rows += sums[0]
        tally.flagged += sums[1]
        tally.offers += sums[2]
        tally.expected_value += sums[3]
        tally.tiers[tier] = sums[0]
    return tally


def _reject(job: Job, rows: "DataFrame", names: list[str], tally: Tally) -> None:
    """Write the rejected rows, in the order of the table, as a file's are."""
    from pyspark import StorageLevel

    kinds = "row long, faults array<struct<column: string, reason: string, found: string>>, cells array<string>"
    found = rows.mapInArrow(partial(worker.rejected, names), kinds).persist(StorageLevel.DISK_ONLY)
    told = (_told(one, names) for one in found.orderBy("row").toLocalIterator())
    with closing(Rejects(job.rejects, names)) as rejects:
        while some := list(islice(told, CHUNK)):
            rejects.add(some)
            tally.rejected += len(some)
            tally.refused.update((fault.column, fault.reason) for one in some for fault in one.faults)
    found.unpersist()


def _told(row: Any, names: list[str]) -> Rejected:
    faults = [Fault(one["column"], one["reason"], one["found"]) for one in row["faults"]]
    return Rejected(row["row"], faults, dict(zip(names, row["cells"], strict=True)))


def _hold(job: Job, session: "SparkSession", before: Survey, tally: Tally) -> None:
    """See that no customer was lost or doubled. Raises ServiceError."""
    after = survey(session.sparkContext, job.out, unread=True)
    told = after.rows + tally.rejected
    if told != before.rows or tally.rows != after.rows:
        raise ServiceError(f"{job.path}: {before.rows:,} rows came and {told:,} were told of; run it again")
    tally.input_digest, tally.output_digest = before.digest, after.digest


def _uri(session: "SparkSession", path: Path) -> str:
    """Spell a file as Spark does beside its rows."""
    jvm: Any = session.sparkContext._jvm  # noqa: SLF001 nothing public spells it
    return str(jvm.org.apache.hadoop.fs.Path(_place(path)).toUri().toString())


def _place(path: Path) -> str:
    """Spell a place on the machines' own disks, whatever file system the cluster takes for granted."""
    return f"file:{path.absolute()}"


def _literal(path: Path) -> str:
    """Spell a place to read, so that none of its letters stands for others."""
    return "".join(f"\\{one}" if one in r"\{}[]*?," else one for one in _place(path))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
