"""What an image holds and says of itself, without running it."""

import contextlib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verify.images.engine import ROOT, image, said
from verify.row import Row, judged

MEGABYTE = 1_000_000
MOST = {"api": 520, "sync": 700, "explainer": 900, "dashboard": 900, "monitor": 1900, "pipeline": 1900, "mlflow": 1500}
"""Megabytes, unpacked."""
LABELS = ("title", "description", "version", "revision", "source", "licenses")
SITE = "opt/churn/lib/python3.11/site-packages"
BILL = "opt/churn/bill-of-materials.cdx.json"
TOOLS = re.compile(r"^(gcc|cc|g\+\+|c\+\+|clang|ld|make|git|curl|wget|cargo|uv)(-\d+)?$")
SECRET = re.compile(r"(^|/)(\.env|\.git|id_rsa[^/]*|[^/]*\.key|keys\.json|mlflow\.db|ledger\.db|\.netrc|\.pypirc)$")
TABLE = re.compile(r"^app/(data|model)/.*\.(csv|parquet|onnx)$")
CACHE = re.compile(r"^(root/\.cache|tmp|var/cache/apt/archives|var/lib/apt/lists|build|opt/tools)/.+")


def looked(target: str) -> Row:
    """Judge an image by what it holds."""
    told = json.loads(said("image", "inspect", image(target)))[0]
    with _mounted(target) as root:
        size = _megabytes(root)
        listed, faults = _bill(root)
        faults += [*_config(told), *_files(root), *_layers(told)]
    if size > MOST[target]:
        faults.append(f"{size:.0f} MB unpacked, more than {MOST[target]}")
    words = f"{size:.0f} MB unpacked (at most {MOST[target]}), user 10001:10001, {listed} packages in its SBOM"
    ran = "its files, layers, configuration, labels and bill of materials"
    return judged(f"image {target}", ran, faults, words)


@contextlib.contextmanager
def _mounted(target: str) -> Iterator[Path]:
    place = said("image", "mount", image(target)).strip()
    try:
        yield Path(place)
    finally:
        said("image", "unmount", image(target), check=False)


def _config(told: dict[str, Any]) -> Iterator[str]:
    config = told["Config"]
    if config.get("User") != "10001:10001":
        yield f"runs as {config.get('User') or 'root'}"
    if config.get("WorkingDir") != "/app" or "/var/lib/churn" not in config.get("Volumes", {}):
        yield "workdir or volume are others"
    if told.get("Healthcheck", {}).get("Test") != ["CMD", "/app/healthy"]:
        yield "no health check"
    lacking = [one for one in LABELS if not config.get("Labels", {}).get(f"org.opencontainers.image.{one}")]
    if lacking:
        yield f"labels missing: {', '.join(lacking)}"


def _files(root: Path) -> Iterator[str]:
    """Name what should not be in it, and what should and is not."""
    if not os.access(root / "app/healthy", os.X_OK):
        yield "/app/healthy cannot be run"
    for path, mode in _walked(root):
        if TOOLS.match(path.rpartition("/")[2]) and "/bin/" in f"/{path}" and mode & 0o111:
            yield f"a tool: /{path}"
        if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_IWOTH) and not _systems_own(path):
            yield f"/{path} is writable by all, or runs as its owner"
        if TABLE.match(path) or re.match(rf"{SITE}/(tests?/|pytest|churn/(.*/)?(tests?/|test_|conftest))", path):
            yield f"/{path} does not belong here"


def _systems_own(path: str) -> bool:
    """Tell what the base image has; without capabilities and with no-new-privileges it changes nobody."""
    return path.startswith(("usr/bin/", "usr/sbin/", "bin/", "usr/lib/"))


def _layers(told: dict[str, Any]) -> Iterator[str]:
    """Look into each layer: what a later one hides can still be read."""
    data = told["GraphDriver"]["Data"]
    for layer in map(Path, filter(None, [data.get("UpperDir"), *data.get("LowerDir", "").split(":")])):
        for path, mode in _walked(layer):
            if SECRET.search(path) or (CACHE.match(path) and stat.S_ISREG(mode)):
                yield f"a layer holds /{path}"


def _walked(root: Path) -> Iterator[tuple[str, int]]:
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(folder, name)
            yield str(path.relative_to(root)), path.lstat().st_mode


def _megabytes(root: Path) -> float:
    sizes = {(one.st_dev, one.st_ino): one.st_size for one in _stats(root)}
    return sum(sizes.values()) / MEGABYTE


def _stats(root: Path) -> Iterator[os.stat_result]:
    return ((root / path).lstat() for path, _ in _walked(root))


def _bill(root: Path) -> tuple[int, list[str]]:
    """Hold the bill of materials to what is installed, and what is installed to the lock."""
    written = json.loads((root / BILL).read_text())
    listed = {(_name(one["name"]), one["version"]) for one in written["components"]}
    system = sum(str(one.get("purl", "")).startswith("pkg:deb/") for one in written["components"])
    installed = {(_name(name), version) for name, version in _installed(root)}
    faults = [f"not in the SBOM: {name} {version}" for name, version in sorted(installed - listed - _ours())]
    faults += [f"{name} {version} is not the lock's" for name, version in sorted(installed - _locked() - _ours())]
    if written["bomFormat"] != "CycloneDX" or system < 50:
        faults.append(f"the SBOM is no CycloneDX, or lists only {system} packages of the system")
    return len(listed), faults


def _installed(root: Path) -> Iterator[tuple[str, str]]:
    for one in (root / SITE).glob("*.dist-info/METADATA"):
        head = one.read_text(errors="replace").partition("\n\n")[0]
        yield _field(head, "Name"), _field(head, "Version")


def _field(head: str, name: str) -> str:
    return re.findall(rf"^{name}: (.+)$", head, re.MULTILINE)[0]


def _locked() -> set[tuple[str, str]]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = (re.match(r"([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;]+)", line) for line in lines)
    return {(_name(one[1]), one[2]) for one in pinned if one}


def _ours() -> set[tuple[str, str]]:
    version = re.findall(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[0]
    return {("telco-churn", version)}


def _name(written: str) -> str:
    return re.sub(r"[-_.]+", "-", written).lower()
