"""k8s/secrets.sh writes every secret or none: what it prints goes straight to `kubectl apply`."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "k8s/secrets.sh"
NAMES = (
    "CHURN_DATABASE_URL", "CHURN_ID_KEY", "CHURN_API_KEY", "MLFLOW_BACKEND_STORE_URI", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "POSTGRES_PASSWORD", "CHURN_DB_PASSWORD", "MLFLOW_DB_PASSWORD",
)  # fmt: skip
FILES = ("CHURN_KEYS", "MLFLOW_USERS")


@pytest.fixture
def said(tmp_path):
    """Run it beside a kubectl that says that it was asked."""
    door = tmp_path / "kubectl"
    door.write_text("#!/bin/sh\ncat >/dev/null\necho written\n")
    door.chmod(0o755)
    (tmp_path / "file").write_text("a file")
    env = dict.fromkeys(NAMES, "a value") | dict.fromkeys(FILES, str(tmp_path / "file"))

    def run(**more):
        known = {name: value for name, value in (env | more).items() if value is not None}
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        return subprocess.run(
            ["sh", str(SCRIPT), "telco-churn"], env=known | path, input="", capture_output=True, text=True, check=False
        )

    return run


def test_with_every_value_it_writes_each_secret(said):
    done = said()
    assert (done.returncode, done.stdout.count("written")) == (0, 6)


@pytest.mark.parametrize("gap", [name for name in (*NAMES, *FILES) if name != "POSTGRES_PASSWORD"])
def test_where_one_value_lacks_none_is_written(said, gap):
    done = said(**{gap: None})
    assert (done.returncode != 0, done.stdout, gap in done.stderr) == (True, "", True)


def test_where_a_file_lacks_none_is_written(said):
    done = said(MLFLOW_USERS="/nowhere")
    assert (done.returncode, done.stdout, "/nowhere cannot be read" in done.stderr) == (1, "", True)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_several_lines_is_not_cut_off(said, name):
    done = said(**{name: "the first\nHOME\n"})
    assert (done.returncode, done.stdout, "several lines" in done.stderr) == (1, "", True)
