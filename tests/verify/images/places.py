"""What containers of the check find in their volume: a model, keys, a folder of their own."""

import os
import subprocess
import sys
from pathlib import Path

from verify.images.engine import KNOWN, ROOT, image

OWNER = 10001
LEDGER = "sqlite:////var/lib/churn/ledger.db"
BUNDLE = """
import sys
from pathlib import Path
import models, serving
serving.bundled(Path(sys.argv[1]), models.grown("boosting"))
"""
"""In a process of its own: training is a crowd of libraries that this one needs not."""


def volume(folder: Path) -> Path:
    """Make a folder for /var/lib/churn."""
    folder.mkdir(parents=True)
    return owned(folder)


def owned(place: Path) -> Path:
    """Give a file or a folder with all it holds to the user of the images."""
    for one in (place, *place.rglob("*")):
        os.chown(one, OWNER, OWNER)
    return place


def bundle(state: Path) -> None:
    """Put a model of trees where workers look: it wants the explainer."""
    known = os.environ | {"PYTHONPATH": str(ROOT / "tests"), "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", BUNDLE, str(state / "bundle")], check=True, env=known, cwd=ROOT)
    owned(state)


def key(file: Path) -> str:
    """Make a key as an operator does, in the image itself, and give it."""
    folder = volume(file.parent)
    words = ("run", "--rm", "--volume", f"{folder}:/keys", "--env", f"CHURN_KEYS_FILE=/keys/{file.name}", image("api"))
    made = subprocess.run(
        ("podman", *words, "churn", "keys", "add", "probe", "--scope", "predict"),
        env=os.environ | KNOWN, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return made.stdout.split()[-1]


def migrate(state: Path) -> None:
    """Make the ledger's tables, as the one-shot container does."""
    words = ("--volume", f"{state}:/var/lib/churn", "--env", f"CHURN_DATABASE_URL={LEDGER}", image("api"))
    subprocess.run(
        ("podman", "run", "--rm", "--read-only", *words, "churn", "migrate"),
        env=os.environ | KNOWN, check=True, capture_output=True,
    )  # fmt: skip
