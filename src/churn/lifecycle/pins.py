"""A pin: this host serves one version whatever the alias says, until the pin is lifted."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from churn.errors import BundleError
from churn.stores import notices


@dataclass(frozen=True)
class Pin:
    """Which version, and who wanted it why; `digest` is that of its model's bytes."""

    version: int
    digest: str
    who: str
    why: str
    since: str


PIN = TypeAdapter(Pin)


def read(root: Path) -> Pin | None:
    """Read this host's pin. Raises BundleError when there is one that cannot be read: it is not taken as lifted."""
    path = root / notices.PIN
    try:
        return PIN.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as fault:
        raise BundleError(f"{path}: not readable; say again `churn pin N --why ...`, or `churn unpin`") from fault


def put(root: Path, version: int, digest: str, who: str, why: str) -> Pin:
    """Pin a version on this host."""
    pin = Pin(version, digest, who, why, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    notices.write(root, notices.PIN, asdict(pin))
    return pin


def lift(root: Path) -> None:
    """Take the pin away."""
    notices.drop(root, notices.PIN)
