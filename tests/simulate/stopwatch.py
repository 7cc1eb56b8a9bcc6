"""Run a command and say what it took: `python -S stopwatch.py OUT COMMAND ...`.

A process of its own, since a child is charged with the memory that its parent held when it started: here next to none.
"""

import json
import os
import sys
import time

started = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
taken = {
    "seconds": time.perf_counter() - started,
    "cpu": used.ru_utime + used.ru_stime,
    "gigabytes": used.ru_maxrss * 1024 / 1e9,
}
with open(sys.argv[1], "w") as out:  # noqa: PTH123 pathlib would be memory too
    json.dump(taken, out)
sys.exit(os.waitstatus_to_exitcode(status))
