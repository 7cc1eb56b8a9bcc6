"""Runbooks: each command that needs an engine or a cluster is typed; `make test` types those of ours."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from verify.row import Row, judged, not_run

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "monitoring/runbooks").glob("*.md"))
OURS = ("churn ", "python ", "mkdir ", "chown ")
ASKED = re.compile(r"connect|refused|daemon|no such host", re.IGNORECASE)
"""How a program speaks that understood every word, and then found nobody to ask."""
NOBODY = "127.0.0.1:9"
UNDONE = "no cluster runs here: they were understood, and not carried out; verify-compose carries out those of compose"
CLUSTER = ("--server", f"http://{NOBODY}", "--request-timeout", "2s")


def check(folder: Path) -> Iterator[Row]:
    """Type each command as far as this machine goes."""
    lines = commands()
    yield _targets([line for line in lines if line.startswith("make ")])
    yield from _typed(folder, "kubectl", [line for line in lines if line.startswith("kubectl ")])
    yield from _typed(folder, "docker compose", [line for line in lines if line.startswith("docker compose ")])
    yield not_run("runbooks: what kubectl then does", UNDONE)
    rest = [line for line in lines if not line.startswith((*OURS, "make ", "kubectl ", "docker compose "))]
    yield judged("runbooks: nobody's commands", "each line of each ```sh block", rest, "none")


def commands() -> list[str]:
    """Give each line that a page lets somebody type."""
    return list(dict.fromkeys(line for lines in blocks() for line in lines))


def blocks() -> list[list[str]]:
    """Give the lines of each block of the pages."""
    found = [block for page in PAGES for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)]
    return [[line for line in block.replace("\\\n", " ").splitlines() if line] for block in found]


def _targets(lines: list[str]) -> Row:
    faults = [
        f"{line}: {done.stderr.strip()}" for line in lines if (done := _run("make", "-n", *line.split()[1:])).returncode
    ]
    return judged("runbooks: make", "`make -n` of each", faults, f"{len(lines)} targets")


def _typed(folder: Path, program: str, lines: list[str]) -> Iterator[Row]:
    """Type the commands of a program with nobody at the other end: it must understand all words, and then ask."""
    head = _head(program)
    if head is None:
        yield not_run(f"runbooks: {program}", f"{program} is not installed here")
        return
    faults = []
    for line in lines:
        words = shlex.split(line.removeprefix(program), comments=True)
        done = _run(*head, *words, *(CLUSTER if program == "kubectl" else ()))
        if done.returncode and not ASKED.search(done.stderr):
            faults.append(f"{line}: {done.stderr.strip()[:200]}")
    told = f"{len(lines)} commands, each understood"
    yield judged(f"runbooks: words of {program}", "each command, to an address where nobody answers", faults, told)


def _head(program: str) -> tuple[str, ...] | None:
    if program == "kubectl":
        found = shutil.which("kubectl", path=f"{ROOT}/.venv-verify/bin{os.pathsep}{os.environ['PATH']}")
        return (found,) if found else None
    found = shutil.which("docker-compose")
    return (found,) if found else None


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    asked = re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text())
    env = os.environ | dict.fromkeys(asked, "x") | {"DOCKER_HOST": f"tcp://{NOBODY}", "KUBECONFIG": os.devnull}
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
