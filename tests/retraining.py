"""A small project to retrain in: real git with a real remote, real DVC with a real remote, stages that take a moment.

Its one stage digests what it is given, as training does: the same data and knobs give the same model.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import customers
import watched
from workshop import QUIET, Workshop

ROOT = Path(__file__).parents[1]
STAGES = """
stages:
  ingest:
    cmd: python ingest.py
    deps: [ingest.py]
    outs: [data/raw/telco_churn_raw.csv]
  train:
    cmd: python train.py
    deps: [train.py, data/raw/telco_churn_raw.csv, data/incoming]
    params: [prepare]
    outs: [model/best_churn_model.onnx, model/model_metadata.json]
    metrics:
      - reports/gate.json:
          cache: false
"""
INGEST = "import shutil; shutil.copy('customers.csv', 'data/raw/telco_churn_raw.csv')\n"
TRAIN = """
import hashlib, json, os, pathlib, time
time.sleep(float(os.environ.get("SLOW", 0)))
if os.environ.get("BROKEN"):
    raise SystemExit("Running\\nerror: this training is broken\\n  ids: 3 twice\\n      7590-VHVEG\\nERROR: failed")
read = [pathlib.Path("params.yaml"), *sorted(pathlib.Path("data").glob("*/*.csv"))]
digest = hashlib.sha256(b"".join(one.read_bytes() for one in read)).hexdigest()
pathlib.Path("model/best_churn_model.onnx").write_text(digest)
pathlib.Path("model/model_metadata.json").write_text(json.dumps({"digest": digest}))
gate = {"format": 2, "state": "pass", "reason": "shown", "challenger": digest, "champion": None}
pathlib.Path("reports/gate.json").write_text(json.dumps(gate))
"""


def project(root: Path) -> Workshop:
    """Make the project, trained once, with `origin.git` and `dvc-store` beside it."""
    for folder in ("data/raw", "data/incoming", "data/current", "model", "reports", "src"):
        (root / folder).mkdir(parents=True)
        (root / folder / ".gitkeep").touch()
    for name in (".gitignore", ".dvcignore", "params.yaml"):
        shutil.copy(ROOT / name, root)
    customers.invent(800, seed=1).to_csv(root / "customers.csv", index=False)
    for name, text in (("dvc.yaml", STAGES), ("ingest.py", INGEST), ("train.py", TRAIN)):
        (root / name).write_text(text)
    shop = Workshop(root)
    _under_git(shop, root.parent / "origin.git", root.parent / "dvc-store")
    ledger = f"sqlite:///{root}/.churn/ledger.db"
    shop.env |= {"CHURN_SIMULATION": "1", "CHURN_DATABASE_URL": ledger, "CHURN_USER": "tester"}
    return shop


def _under_git(shop: Workshop, origin: Path, store: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
    for words in (
        ["git", "init", "-q", "-b", "main"], ["git", "config", "user.name", "t"],
        ["git", "config", "user.email", "t@t"],
        ["git", "remote", "add", "origin", str(origin)], ["dvc", "init", "-q"],
        ["dvc", "remote", "add", "-q", "-d", "storage", str(store)], ["dvc", "repro", "-q"],
    ):  # fmt: skip
        shop.run(*words)
    shop.commit("Start")
    shop.run("git", "push", "-q", "origin", "main")
    shop.run("dvc", "push", "-q")


def lived(shop: Workshop, *months: watched.Month) -> str:
    """Let months pass in the project's ledger; give the time at which the first is mature."""
    from churn.settings import Settings

    known = Settings(_env_file=None, CHURN_DATABASE_URL=shop.env["CHURN_DATABASE_URL"])
    watched.write(known, *(months or (watched.month(0, 500), watched.month(1, 400))), purpose="simulated")
    return "2019-06-13"


def started(shop: Workshop, *words: str, **env: str) -> "subprocess.Popen[str]":
    """Begin a command, to be killed; what it says is read line by line."""
    return subprocess.Popen(
        [sys.executable, "-m", "churn.cli", *words], cwd=shop.root, text=True, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, env=shop.env | QUIET | env | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src")])},
    )  # fmt: skip


def tree(shop: Workshop) -> dict[str, bytes]:
    """Give every file of the working folder that a person would miss."""
    kept = ("model", "reports", "data/raw", "params.yaml", "dvc.lock")
    roots = [shop.root / name for name in kept]
    files = [path for root in roots for path in ([root] if root.is_file() else root.rglob("*"))]
    return {str(path.relative_to(shop.root)): path.read_bytes() for path in files if path.is_file()}
