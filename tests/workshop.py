"""A copy of the project in a folder of its own, under git, to run the pipeline in as a user does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from customers import invent

ROOT = Path(__file__).parents[1]
QUIET = {"DVC_NO_ANALYTICS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"}
SMALL = {
    "train": {"folds": 3, "repeats": 1, "jobs": 1, "candidates": {"dummy": {}, "scorecard": {"C": [0.3]}}},
    "evaluate": {"draws": 100},
    "gate": {
        "draws": 200, "min_roc_auc": 0.5, "min_rows": 100,
        "min_calibration_slope": 0.3, "max_calibration_slope": 3, "max_calibration_gap": 0.2,
    },
}  # fmt: skip


class Workshop:
    """A working copy and the commands a person types in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        bin_ = str(Path(sys.executable).parent)
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "CHURN_", "DVC_"))}
        self.env = clean | QUIET | {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(root / "src")}

    @classmethod
    def copy(cls, root: Path) -> "Workshop":
        """Copy what git tracks or would track, and commit it."""
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        shop = cls(root)
        for words in (["init", "-q", "-b", "main"], ["config", "user.name", "t"], ["config", "user.email", "t@t"]):
            shop.run("git", *words)
        shop.commit("Start")
        return shop

    def run(self, *words: str, fails: bool = False, **env: str) -> str:
        """Run a command, and give what it printed; `fails` says whether it must."""
        done = subprocess.run(
            words, cwd=self.root, env=self.env | env, capture_output=True, text=True, timeout=1500, check=False
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, said
        assert "Traceback" not in said, said
        return said

    def repro(self, *words: str, **options: Any) -> list[str]:
        """Run `dvc repro`, and list the stages that ran."""
        said = self.run("dvc", "repro", *words, **options)
        return [line.split("'")[1] for line in said.splitlines() if line.startswith("Running stage")]

    def commit(self, words: str) -> None:
        """Commit everything."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", words)

    def set(self, **sections: dict[str, Any]) -> None:
        """Change keys of params.yaml."""
        path = self.root / "params.yaml"
        params = yaml.safe_load(path.read_text())
        for section, changes in sections.items():
            params[section] |= changes
        path.write_text(yaml.safe_dump(params, sort_keys=False))

    def with_small_table(self, rows: int = 1500) -> "Workshop":
        """Let the pipeline read a small invented table, and try little."""
        table = self.root.parent / f"{self.root.name}-customers.csv"
        invent(rows).to_csv(table, index=False)
        self.set(ingest={"uri": str(table)}, **SMALL)
        self.commit("Take a small table")
        return self
