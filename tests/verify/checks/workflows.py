"""Workflows: linted, played, and what a release does tried on a real registry; a cluster and GitHub are not here."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from verify.publishing import published
from verify.row import Row, judged, not_run

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
FOLDER = ROOT / ".github" / "workflows"
LINTED = (
    ("zizmor", "-q", "--offline", "--no-progress", "--strict-collection", "--persona", "pedantic", ".github"),
    ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, sorted(FOLDER.glob("*.yml")))),
)
PLAYED = ("tests/actions/test_workflows.py", "tests/actions/test_played.py")
ROLLED = ("tests/services/release",)
AWAY = (
    "GitHub: runners, environments with their approvals, GHCR and the attestation of provenance; a cluster: "
    "make roll-out speaks to a stand-in for one, with manifests that the real kubectl rendered"
)


def check(folder: Path) -> Iterator[Row]:
    """Lint and play the workflows, publish images, roll a release out and take it back."""
    faults = [f"{words[0]}: {done.stdout[-400:]}" for words in LINTED if (done := _run(*words)).returncode]
    yield judged(
        "workflows, as written",
        "`zizmor` (pedantic), `check-jsonschema`",
        faults,
        f"{len(list(FOLDER.glob('*.yml')))} files",
    )
    yield _tests("workflows, as they run", "`act` plays each, with steps that fail, too", PLAYED)
    yield _tests("a release into a cluster", "`scripts/roll_out.py`'s parts; a bad release is taken back", ROLLED)
    yield published(folder)
    yield not_run("workflows: GitHub and a cluster", AWAY)


def _tests(artefact: str, ran: str, paths: tuple[str, ...]) -> Row:
    done = _run("pytest", "-q", "-p", "no:cacheprovider", *paths)
    counted = re.findall(r"(\d+) (passed|failed|error|skipped)", done.stdout)
    held = {word: int(number) for number, word in counted}
    fine = not done.returncode and held.get("passed", 0) > 5 and not held.get("skipped")
    return judged(artefact, ran, [] if fine else [done.stdout[-600:]], f"{held.get('passed', 0)} cases")


def _run(program: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([BIN / program, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=400)
