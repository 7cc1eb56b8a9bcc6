"""A runner on this machine: act plays a workflow in host mode, in a copy of a clone; actions of others are stubs."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))}
STUB = "name: stub\nruns:\n  using: composite\n  steps:\n    - run: 'true'\n      shell: bash\n"
USES = re.compile(r"^\s*- uses: (\S+)", re.MULTILINE)
ENDED = re.compile(r"^\[[^/\]]+/([^\]]+)\] 🏁  Job (succeeded|failed)", re.MULTILINE)
SAID = re.compile(r"^\[[^\]]+\]   \| (.*)$", re.MULTILINE)


def starts(workflow: str) -> dict[str, object]:
    """Give what starts a workflow; YAML reads the word `on` as true."""
    return dict(WORKFLOWS[workflow][True])


def actions() -> list[str]:
    """List the actions of others that the workflows use."""
    return sorted({name for path in FOLDER.glob("*.yml") for name in USES.findall(path.read_text())})


@dataclass(frozen=True)
class Played:
    """What a played workflow said and how its jobs ended; a job that was skipped has no end."""

    whole: str
    jobs: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """Give what its steps printed."""
        return SAID.findall(self.whole)


def play(clone: Path, workflow: str, event: str, *words: str, seconds: float = 60, **env: str) -> Played:
    """Play a workflow of a clone as `event` would start it; `env` is the runner's own environment."""
    stubs = clone.parent / "actions"
    asked = [part for name in actions() for part in ("--local-repository", f"{name}={_stub(stubs / name)}")]
    told = [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("act")), event, "-W", f".github/workflows/{workflow}.yml",
            "-P", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--pull=false", "--action-offline-mode",
            "--use-gitignore=false", *asked, *told, *words,
        ],
        cwd=clone, capture_output=True, text=True, timeout=seconds, check=False,
        env=_clean() | {"XDG_CACHE_HOME": str(clone.parent / "cache")},
    )  # fmt: skip
    whole = done.stdout + done.stderr
    names = {job.get("name", name): name for name, job in WORKFLOWS[workflow]["jobs"].items()}
    return Played(whole, {names[name.strip()]: end for name, end in ENDED.findall(whole)})


def _clean() -> dict[str, str]:
    ours = ("CHURN_", "MLFLOW_", "AWS_", "DVC_", "GIT_", "GITHUB_", "RUNNER_", "ACTIONS_", "COV_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _stub(place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / "action.yml").write_text(STUB)
    return place
