"""Which code ran."""

import hashlib
import platform
import subprocess  # nosec B404 git is asked for the commit
import sys
from importlib.metadata import version
from pathlib import Path

from churn.params import section
from churn.params.section import Section

LIBRARIES = ("numpy", "pandas", "scikit-learn", "onnx", "skl2onnx", "onnxruntime")


def origin(entrance: str, *sections: Section) -> dict[str, dict[str, str]]:
    """Tell what makes a model besides its data: the digests of code and params, and the library versions."""
    digests = {"code": digest(entrance), "params": section.digest(*sections)}
    return {"digests": digests, "versions": versions()}


def digest(entrance: str) -> str:
    """Digest the source of an entrance and of every module of this package loaded by it (sha256, hexadecimal)."""
    loaded = {name: module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] == "churn"}
    sources = [*sorted((name, Path(file)) for name, file in loaded.items() if file), ("entrance", Path(entrance))]
    whole = hashlib.sha256()
    for name, source in sources:
        whole.update(f"{name}\0".encode() + source.read_bytes())
    return whole.hexdigest()


def versions() -> dict[str, str]:
    """Name the versions of Python and of the libraries that shape a model."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def commit() -> str:
    """Name the git commit of the working tree, or nothing where there is none."""
    asked = ["git", "rev-parse", "HEAD"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 # nosec B603 fixed words
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
