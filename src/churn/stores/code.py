"""Which code ran."""

import hashlib
import sys
from pathlib import Path


def digest(entrance: str) -> str:
    """Digest the source of an entrance and of every module of this package loaded by it (sha256, hexadecimal)."""
    loaded = {name: module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] == "churn"}
    sources = [*sorted((name, Path(file)) for name, file in loaded.items() if file), ("entrance", Path(entrance))]
    whole = hashlib.sha256()
    for name, source in sources:
        whole.update(f"{name}\0".encode() + source.read_bytes())
    return whole.hexdigest()
