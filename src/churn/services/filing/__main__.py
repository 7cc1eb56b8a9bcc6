"""Score one file: the order on stdin, what came of it on stdout, JSON both; ends when its worker does."""

import errno
import json
import os
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from churn.errors import BundleError, ChurnError, TableError
from churn.services.filing.order import Order

NICE = 5
MEMORY = 2 << 30
"""Bytes a file may unpack to in memory; a scored file needs a tenth of it."""
SPREAD = 8
"""How many times its own size a file's answers may have."""


def main() -> None:
    """Take the order, and say what came of it; a fault is an answer too."""
    answers, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not garble the answer
    order = Order(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_worker, daemon=True).start()
    _bound(order.most_bytes)
    answers.write(json.dumps(_answer(order)) + "\n")
    answers.flush()


def _answer(order: Order) -> dict[str, Any]:
    try:
        return {"tally": _scored(order)}
    except TableError as fault:
        return {"refused": str(fault)}
    except OverflowError as fault:
        return {"large": str(fault)}
    except OSError as fault:
        return {"large" if fault.errno == errno.EFBIG else "fault": f"{type(fault).__name__}: {fault}"}
    except ChurnError as fault:
        return {"fault": str(fault)}


def _scored(order: Order) -> dict[str, Any]:
    from churn.scoring.engine import Engine
    from churn.scoring.files import forms
    from churn.scoring.files.score import Job, score
    from churn.stores import bundle

    found = bundle.of_version(Path(order.bundles), order.version, order.digest)
    if found is None:
        raise BundleError(f"version {order.version} is not on this host any more")
    form = next(one for one in forms.FORMS if one.name == order.form)
    folder = Path(order.folder)
    job = Job(
        "the file", folder / order.arrived, form, folder / order.answers, folder / order.rejects, order.record,
        tuple(order.ignore),
    )  # fmt: skip
    tally = score(job, Engine(found.model, order.version), _counted(order.most_rows))
    told = {one.name: getattr(tally, one.name) for one in fields(tally)}
    return {**told, "refused": [[*cell, count] for cell, count in tally.refused.items()]}


def _counted(most: int) -> Callable[[int, int], None]:
    done = 0

    def watch(rows: int, total: int) -> None:
        nonlocal done
        done += rows
        if max(done, total) > most:
            raise OverflowError(f"more than {most} rows")

    return watch


def _bound(size: int) -> None:
    """Bound what one file may take: a small one can unpack to more than any machine has."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (SPREAD * size, SPREAD * size))


def _end_with_worker() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
