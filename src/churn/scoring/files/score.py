"""A file of customers scored: read, checked, answered, written, block by block in bounded memory."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from churn.errors import TableError
from churn.scoring.engine import Engine
from churn.scoring.files import digests, forms, sinks, source, threads
from churn.scoring.files.answers import answers, beside
from churn.scoring.files.check import Checked, check
from churn.scoring.files.forms import Form
from churn.scoring.files.rejects import Rejects
from churn.scoring.files.source import Source
from churn.scoring.files.tally import Tally

Watch = Callable[[int, int], None]
"""Called with the rows done by a block and the rows there are in all (a guess, or 0)."""


def unwatched(done: int, total: int) -> None:
    """Let nobody look on."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to score, and where to put what comes of it; `name` is what messages call the file."""

    name: str
    path: Path
    form: Form
    out: Path
    rejects: Path
    record: str
    ignore: tuple[str, ...] = ()


def score(job: Job, engine: Engine, watch: Watch = unwatched) -> Tally:
    """Score a file. Raises TableError where it is torn or breaks the contract; what is written then is rubbish."""
    pa.set_memory_pool(
        pa.system_memory_pool()
    )  # blocks of one size come and go: Arrow's own keeps a third more, slower
    with (
        source.plain_words(job.name),
        source.opened(job.path, job.form, job.name, job.ignore) as arrived,
        digests.digesting(job.path) as asked,
    ):
        tally = _scored(job, arrived, engine, watch)
    tally.input_digest = asked.result().sha256
    if job.form is forms.CSV and asked.result().quotes % 2:
        raise TableError(f"{job.name}: a quotation mark is opened and never closed; save it again")
    if not tally.rows + tally.rejected:
        raise TableError(f"{job.name}: it has no rows; expected a row per customer")
    return tally


def _scored(job: Job, arrived: Source, engine: Engine, watch: Watch) -> Tally:
    tally, shape = Tally(), sinks.schema(arrived)
    with (
        sinks.opened(job.out, arrived) as sink,
        digests.digesting(job.out, growing=True) as told,
        closing(Rejects(job.rejects, arrived.declared.names)) as rejects,
        closing(threads.ahead(arrived.blocks())) as blocks,
    ):
        with threads.behind(sink.write) as write:
            for block in blocks:
                checked = check(block)
                write(_answered(checked, engine, tally, job.record, shape))
                rejects.add(checked.rejected)
                watch(len(block.index) + len(block.ragged), arrived.rows)
        sink.close()
    tally.output_digest = told.result().sha256
    return tally


def _answered(checked: Checked, engine: Engine, tally: Tally, record: str, shape: pa.Schema) -> pa.RecordBatch:
    said = answers(checked, engine)
    tally.add(said, checked.rejected)
    return beside(checked, said, engine, record, shape)
