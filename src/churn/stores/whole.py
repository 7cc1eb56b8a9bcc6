"""The bundles of this host that can be served: one that is torn is as good as none."""

from pathlib import Path

from churn.errors import BundleError
from churn.stores import bundle
from churn.stores.bundle import Bundle


def held(root: Path, version: int, digest: str | None = None) -> Bundle | None:
    """Give the bundle of a version that this host has already, or None where it has none that is whole."""
    try:
        return bundle.of_version(root, version, digest)
    except BundleError:
        return None


def serving(root: Path) -> Bundle | None:
    """Give the bundle that workers have, or None where there is none that is whole."""
    try:
        return bundle.current(root)
    except BundleError:
        return None
