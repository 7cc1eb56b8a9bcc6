"""The images of a release: each name with its digest, and the overlay that names them."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from churn.errors import SettingsError
from churn.services.release.cluster import kubectl

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
NAMED = "ghcr.io/telco-churn"
"""Under what the manifests name the images; CHURN_IMAGES says where they really are."""
OURS = frozenset({"Deployment", "Job", "CronJob", "ConfigMap"})
"""What a release may change (k8s/base/access/release.yaml); the rest is an administrator's, by `kubectl apply -k`."""


def read(spelt: str) -> dict[str, str]:
    """Read the digests that `make publish` told: JSON, {"api": "sha256:..."}. Raises SettingsError."""
    try:
        told = json.loads(spelt)
        fine = isinstance(told, dict) and bool(told) and all(DIGEST.fullmatch(one) for one in told.values())
    except (ValueError, TypeError):
        fine = False
    if not fine:
        raise SettingsError('CHURN_DIGESTS names no images; `make publish` tells them: {"api": "sha256:...", ...}')
    return dict(told)


def render(overlay: Path, place: str, digests: Mapping[str, str]) -> list[dict[str, object]]:
    """Render an overlay with these digests in the place of tags; give what a release may change.

    Raises SettingsError when an image of ours has no digest. Raises ClusterFault.
    """
    named = [
        {"name": f"{NAMED}/{name}", "newName": f"{place}/{name}", "digest": digest} for name, digest in digests.items()
    ]
    with tempfile.TemporaryDirectory(dir=overlay.parent) as made:  # kustomize takes resources by relative paths only
        said = {"resources": [f"../{overlay.name}"], "images": named}
        (Path(made) / "kustomization.yaml").write_text(yaml.safe_dump(said))
        whole = kubectl("kustomize", made)
    if tagged := sorted(set(re.findall(rf"image: ({NAMED}/[^@\s]+)$", whole, re.MULTILINE))):
        raise SettingsError(f"{overlay}: CHURN_DIGESTS says no digest for {', '.join(tagged)}")
    return [one for one in yaml.safe_load_all(whole) if one and one["kind"] in OURS]
