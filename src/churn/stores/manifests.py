"""A bundle's manifest: what its model is and where it came from, sealed so that an edit is seen."""

import hashlib
import json
from pathlib import Path
from typing import Any

from churn.errors import BundleError

ADVICE = "`churn sync --once` fetches it anew"


def read(path: Path) -> dict[str, Any]:
    """Read a manifest. Raises BundleError when it is torn or was edited, OSError when it is not there."""
    try:
        manifest = json.loads(path.read_bytes())
        seal = manifest.pop("seal")
        sound = seal == _seal(manifest) and {"version", "digest"} <= manifest.keys()
    except (ValueError, KeyError, AttributeError, TypeError) as fault:
        raise BundleError(f"{path}: torn ({type(fault).__name__}); {ADVICE}") from fault
    if not sound:
        raise BundleError(f"{path}: edited since it was written; {ADVICE}")
    return dict(manifest)


def sealed(manifest: dict[str, Any]) -> bytes:
    """Spell a manifest with its seal."""
    return json.dumps({**manifest, "seal": _seal(manifest)}, indent=2, ensure_ascii=False, allow_nan=False).encode()


def _seal(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
