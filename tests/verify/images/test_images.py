"""What the check of the images would find, and that the Dockerfile and what speaks of it name the same images."""

import ast
import json
import re
import subprocess
import sys

import pytest

from verify.images import inside
from verify.images.engine import ROOT, TARGETS

DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()
CONFIG = {
    "User": "10001:10001",
    "WorkingDir": "/app",
    "Volumes": {"/var/lib/churn": {}},
    "Labels": {f"org.opencontainers.image.{name}": "told" for name in inside.LABELS},
}
TOLD = {"Config": CONFIG, "Healthcheck": {"Test": ["CMD", "/app/healthy"]}}


def put(root, path, words="", mode=0o644):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(words)
    (root / path).chmod(mode)
    return root


def test_the_images_are_the_same_wherever_they_are_named():
    targets = set(re.findall(r"^FROM runtime AS (\w+)$", DOCKERFILE, re.MULTILINE))
    looked = set(re.findall(r"CHURN_IMAGE=(\w+)", DOCKERFILE))
    (table,) = [one.value for one in ast.walk(ast.parse((ROOT / "docker/healthy.py").read_text())) if _is_looks(one)]
    built = re.findall(r"\$\{\*:-(.+)\}", (ROOT / "docker/build.sh").read_text())[0].split()
    assert targets == looked == set(TARGETS) == {one.value for one in table.keys} == set(built) == set(inside.MOST)


def _is_looks(node):
    return isinstance(node, ast.AnnAssign) and node.target.id == "LOOKS"


def test_every_package_of_an_image_is_bound_to_the_lock():
    installs = [line for line in DOCKERFILE.splitlines() if " install -q" in line]
    bound = [line for line in installs if "uv pip install" in line or "--constraint requirements.txt" in line]
    assert "UV_CONSTRAINT=requirements.txt" in DOCKERFILE
    assert installs == bound
    assert len(installs) == 1 + len(re.findall(r"^FROM environment AS ", DOCKERFILE, re.MULTILINE)) > 4


def test_a_sound_configuration_has_no_fault_and_each_lack_is_one():
    assert list(inside._config(TOLD)) == []
    lacks = [
        TOLD | {"Healthcheck": {}},
        TOLD | {"Config": CONFIG | {"User": ""}},
        TOLD | {"Config": CONFIG | {"Labels": {}}},
        TOLD | {"Config": CONFIG | {"WorkingDir": "/"}},
    ]
    assert [len(list(inside._config(one))) for one in lacks] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("usr/bin/gcc-12", 0o755),
        ("opt/tools/bin/uv", 0o755),
        ("app/data/raw/telco_churn_raw.csv", 0o644),
        (f"{inside.SITE}/churn/test_it.py", 0o644),
        ("opt/churn/all", 0o666),
        ("opt/churn/root", 0o4755),
    ],
)
def test_what_does_not_belong_in_an_image_is_found(tmp_path, path, mode):
    put(tmp_path, "app/healthy", mode=0o755)
    put(tmp_path, f"{inside.SITE}/churn/stores/latest.py")
    assert list(inside._files(tmp_path)) == []
    assert len(list(inside._files(put(tmp_path, path, mode=mode)))) == 1


@pytest.mark.parametrize(
    "path", ["app/.env", "app/.git/config", "run/churn.key", "root/.cache/pip/one", "app/mlflow.db"]
)
def test_what_a_later_layer_hides_is_found_all_the_same(tmp_path, path):
    lower, upper = put(tmp_path / "lower", path), put(tmp_path / "upper", "app/healthy")
    told = {"GraphDriver": {"Data": {"UpperDir": str(upper), "LowerDir": str(lower)}}}
    assert [f"a layer holds /{path.removesuffix('/config')}"] == list(inside._layers(told))[:1]


def test_a_bill_that_misses_a_package_and_a_package_that_misses_the_lock_are_found(tmp_path):
    name, version = min(inside._locked())
    listed = [{"name": name, "version": version}] + [
        {"name": str(one), "version": "1", "purl": "pkg:deb/debian/one"} for one in range(60)
    ]
    put(tmp_path, inside.BILL, json.dumps({"bomFormat": "CycloneDX", "components": listed}))
    put(tmp_path, f"{inside.SITE}/{name}-1.dist-info/METADATA", f"Name: {name}\nVersion: {version}\n\n")
    assert inside._bill(tmp_path) == (61, [])
    put(tmp_path, f"{inside.SITE}/stray-1.dist-info/METADATA", "Name: stray\nVersion: 1.0\n\n")
    assert inside._bill(tmp_path)[1] == ["not in the SBOM: stray 1.0", "stray 1.0 is not the lock's"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_health_check_says_no_in_one_line_where_nothing_runs(tmp_path, target):
    places = {"CHURN_BUNDLE_DIR": tmp_path, "CHURN_LOCK_DIR": tmp_path, "CHURN_EXPLAINER": tmp_path / "none.sock"}
    known = {name: str(place) for name, place in places.items()} | {
        "CHURN_IMAGE": target, "CHURN_API_PORT": "9", "MLFLOW_TRACKING_URI": "http://127.0.0.1:9",
    }  # fmt: skip
    words = [sys.executable, str(ROOT / "docker/healthy.py")]
    done = subprocess.run(words, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("not well: ")
    assert done.stderr.count("\n") == 1
