"""docker/first_secrets.sh: secrets that nobody else may read, none of them empty, and those that stand stay."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docker/first_secrets.sh"
NAMES = ("POSTGRES_PASSWORD", "CHURN_DB_PASSWORD", "MLFLOW_DB_PASSWORD", "STORAGE_KEY_ID", "STORAGE_SECRET",
         "GRAFANA_PASSWORD", "CHURN_DASHBOARD_KEY", "CHURN_MONITOR_KEY")  # fmt: skip

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the secrets")


@pytest.fixture
def made(tmp_path):
    """Run it in a folder of its own, beside a `churn` that tells keys."""
    (tmp_path / "bin").mkdir()
    program(tmp_path, "churn", 'echo "churn-$3-secret"')

    def run():
        env = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
        return subprocess.run(["sh", str(SCRIPT)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    return run


def program(folder, name, line):
    (folder / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
    (folder / "bin" / name).chmod(0o755)


def lines(folder):
    return dict(one.split("=", 1) for one in (folder / ".env").read_text().splitlines() if "=" in one)


def test_it_makes_what_compose_asks_for_and_again_changes_nothing(made, tmp_path):
    assert made().returncode == 0
    first = (tmp_path / ".env").read_text()
    assert all(lines(tmp_path)[name] for name in NAMES)
    assert made().returncode == 0
    assert (tmp_path / ".env").read_text() == first


def test_an_env_that_everybody_could_read_is_closed_before_secrets_stand_in_it(made, tmp_path):
    (tmp_path / ".env").write_text("CHURN_USER=night-shift\n")
    (tmp_path / ".env").chmod(0o644)
    assert made().returncode == 0
    assert lines(tmp_path)["CHURN_USER"] == "night-shift"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


def test_where_openssl_fails_no_secret_is_empty_and_the_next_run_makes_them(made, tmp_path):
    program(tmp_path, "openssl", "exit 1")
    assert made().returncode != 0
    assert "" not in lines(tmp_path).values()
    (tmp_path / "bin/openssl").unlink()
    assert made().returncode == 0
    assert all(lines(tmp_path)[name] for name in NAMES)


def test_an_empty_secret_is_none(made, tmp_path):
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=\n")
    assert made().returncode == 0
    assert lines(tmp_path)["POSTGRES_PASSWORD"]
