import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ingest(folder, **environment):
    command = [sys.executable, ROOT / "scripts" / "data_ingestion.py", "--out", "raw.csv"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_fault_ends_in_one_message_and_a_good_run_in_two_lines(tmp_path):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    text = (tmp_path / "params.yaml").read_text().replace("uri: null", "uri: ${TABLE}", 1)
    (tmp_path / "params.yaml").write_text(text)

    bad = ingest(tmp_path)
    assert bad.returncode == 1
    assert bad.stderr.splitlines()[1:] == [
        "error: ingest.uri wants the environment variable TABLE, which is not set; set it"
    ]

    (tmp_path / "own.csv").write_text("id,n\n007,1\n")
    good = ingest(tmp_path, TABLE="own.csv")
    assert good.returncode == 0, good.stderr
    assert good.stderr.splitlines()[1] == "ingest: raw.csv comes from ${TABLE}"
    assert (tmp_path / "raw.csv").read_text() == "id,n\n007,1\n"
