"""Prometheus, Alertmanager and Grafana: the shipped files in their own tools and on a live service."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from verify.eyes import live, read, seen
from verify.row import Row, not_run

PROGRAMS = ("promtool", "amtool", "prometheus", "prometheus-alertmanager")
GRAFANA = "no package index has its server; its queries were run in Prometheus instead"


def check(folder: Path) -> Iterator[Row]:
    """Ask their own tools, then a running service."""
    if missing := [one for one in PROGRAMS if not shutil.which(one)]:
        yield not_run("monitoring/", f"no {', '.join(missing)} here: make verify-tools")
        return
    yield from (read.prometheus(), read.routes(), read.runbooks(), read.boards())
    with live.live(folder) as there:
        yield from (one(there) for one in (seen.figures, seen.judgements, seen.drawn, seen.told, seen.refused))
    yield not_run("Grafana itself", GRAFANA)
