"""One turn of the benchmark of files, in a process of its own: `python -m bench.file_turns NAME MODEL IN OUT`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS, SEEN = 65_536, 20_000


def main() -> None:
    """Take the turn, and print what it took as JSON."""
    name, model, customers, answers = sys.argv[1], *map(Path, sys.argv[2:])
    work = TURNS[name](model)
    started, used = time.perf_counter(), time.process_time()
    work(customers, answers)
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used, "peak_mb": _peak_mb()}
    print(json.dumps({**took, "apart": _apart(model, answers)}))  # noqa: T201 its result


def at_once(model: Path) -> Callable[[Path, Path], None]:
    """Let pandas read all, scikit-learn score all, pandas write all."""
    pipeline, pd, names = _pipeline(model)

    def work(customers: Path, answers: Path) -> None:
        table = pd.read_parquet(customers)
        table["churn_probability"] = pipeline.predict_proba(table[names])[:, 1]
        table.to_parquet(answers, index=False)

    return work


def batches(model: Path) -> Callable[[Path, Path], None]:
    """Do the same batch by batch."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pipeline, _, names = _pipeline(model)

    def work(customers: Path, answers: Path) -> None:
        file = pq.ParquetFile(customers)
        schema = file.schema_arrow.append(pa.field("churn_probability", pa.float64()))
        with pq.ParquetWriter(answers, schema) as writer:
            for batch in file.iter_batches(batch_size=ROWS):
                table = batch.to_pandas()
                table["churn_probability"] = pipeline.predict_proba(table[names])[:, 1]
                writer.write_table(pa.Table.from_pandas(table, schema, preserve_index=False))

    return work


def ours(model: Path) -> Callable[[Path, Path], None]:
    """Score as `churn score` does, the record in the ledger left out."""
    from churn.scoring.engine import Engine
    from churn.scoring.files import forms
    from churn.scoring.files.score import Job, score

    engine = Engine((model / "model.onnx").read_bytes(), 1)

    def work(customers: Path, answers: Path) -> None:
        rejects = answers.with_suffix(".rejects.csv")
        score(Job(customers.name, customers, forms.PARQUET, answers, rejects, "0" * 28), engine)

    return work


def _pipeline(model: Path) -> tuple[Any, Any, list[str]]:
    import joblib
    import pandas as pd

    from churn import columns

    return joblib.load(model / "pipeline.joblib"), pd, columns.names()


def _peak_mb() -> float:
    """Read this process's own peak; ru_maxrss would count what its parent held when it was forked."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def _apart(model: Path, answers: Path) -> float:
    """Give the largest difference from scikit-learn over the first rows of the answers."""
    import numpy as np
    import pyarrow.parquet as pq

    pipeline, _, names = _pipeline(model)
    some = next(pq.ParquetFile(answers).iter_batches(batch_size=SEEN)).to_pandas()
    return float(np.abs(pipeline.predict_proba(some[names])[:, 1] - some["churn_probability"]).max())


TURNS = {"at_once": at_once, "batches": batches, "ours": ours}

if __name__ == "__main__":
    main()
