"""How long the disk takes to hold on to something."""

import os
import platform
import time
from pathlib import Path

TRIES = 300


def fsync_ms(folder: Path) -> tuple[float, float]:
    """Give the median and the 99th percentile of a 4 kB append and fdatasync, in milliseconds."""
    path, taken = folder / "fsync.probe", []
    with path.open("wb", buffering=0) as file:
        for _ in range(TRIES):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    path.unlink()
    taken.sort()
    return taken[TRIES // 2], taken[int(TRIES * 0.99)]


def processor() -> str:
    """Name the processor, how many cores there are, and how busy they were with other things."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    return f"{named}, {os.cpu_count()} cores, load average before the run {os.getloadavg()[0]:.1f}"
