"""What a worker carries: all that it loads for requests of every kind, and nothing that trains."""

import json
import subprocess
import sys
from pathlib import Path

import serving

HEAVY = {"mlflow", "evidently", "pandas", "sklearn", "shap", "dvc", "matplotlib", "streamlit", "cloudpickle", "joblib"}
HERE = Path(__file__).parent


def test_a_worker_carries_no_training_library(place):
    path = {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [sys.executable, HERE / "worker.py"], cwd=place, env=serving.environment(place, **path), capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["codes"][:3] == [200, 200, 200]
    assert "onnxruntime" in told["modules"]
    assert not HEAVY & set(told["modules"])
