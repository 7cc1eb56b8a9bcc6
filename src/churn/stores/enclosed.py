"""Reports beside a bundle's model: those logged with its run, whole or not at all."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from churn.stores import files

FOLDER, DIGEST = "reports", "digest"


def digest(bundle: Path) -> str | None:
    """Tell which reports lie in a bundle's folder, by their common digest; None where there are none."""
    try:
        return (bundle / FOLDER / DIGEST).read_text("ascii")
    except (OSError, ValueError):
        return None


def enclose(bundle: Path, reports: Mapping[str, bytes], known_as: str) -> None:
    """Put reports into a bundle's folder in the place of those that are there; the digest is written last."""
    draft = bundle / f".{FOLDER}.{uuid4().hex[:8]}"
    try:
        draft.mkdir()
        for name, content in reports.items():
            files.write_bytes(content, draft / Path(name).name)
        files.write_bytes(known_as.encode("ascii"), draft / DIGEST)
        shutil.rmtree(bundle / FOLDER, ignore_errors=True)
        draft.rename(bundle / FOLDER)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def place(bundle: Path, name: str) -> Path:
    """Name the file of a report; its folder in the pipeline does not matter."""
    return bundle / FOLDER / Path(name).name


def names(bundle: Path) -> list[str]:
    """List the reports of a bundle's folder."""
    folder = bundle / FOLDER
    return sorted(one.name for one in folder.glob("*") if one.name != DIGEST) if digest(bundle) else []
