"""Images that cannot be pulled here: the same software from other packages, under the same names."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from verify.stack.engine import Engine

FILES = Path(__file__).parents[1] / "standins"
PROGRAMS = ("prometheus", "promtool", "prometheus-alertmanager", "amtool")
TEMPLATES = Path("/usr/share/prometheus/alertmanager")
LABEL = "io.telco-churn.stand-in"
STANDINS = {
    "postgres": "PostgreSQL 15 of Debian", "nginx": "nginx 1.22 of Debian", "prometheus": "Prometheus 2.42 of Debian",
    "alertmanager": "Alertmanager 0.25 of Debian", "storage": "SeaweedFS 4.47 of PyPI",
    "grafana": "a page of ours, and no dashboard,",
}  # fmt: skip
PULLED_WITHIN, BUILT_WITHIN = 30.0, 400.0


def have(engine: Engine, images: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Have an image for each service, pulled if a hub answers; say what stands in for those that are not."""
    reached = True
    for service, image in images.items():
        if not exists(engine, image):
            reached = reached and _pulled(engine, image)
            if not reached:
                _made(engine, service, image, folder)
    return {service: STANDINS[service] for service, image in images.items() if _stands_in(engine, image)}


def exists(engine: Engine, image: str) -> bool:
    """Tell whether an image is on this machine."""
    words = ("podman", "image", "exists", image)
    return subprocess.run(words, env=engine.environment, check=False).returncode == 0


def _pulled(engine: Engine, image: str) -> bool:
    words = ("podman", "pull", "-q", image)
    try:
        return (
            subprocess.run(
                words, env=engine.environment, check=False, timeout=PULLED_WITHIN, capture_output=True
            ).returncode
            == 0
        )
    except subprocess.TimeoutExpired:
        return False


def _made(engine: Engine, service: str, image: str, folder: Path) -> None:
    """Build a stand-in; Prometheus's programs are this machine's own."""
    context = folder / "standins"
    if not context.exists():
        shutil.copytree(FILES, context)
        for program in PROGRAMS:
            shutil.copy2(shutil.which(program) or program, context)
        shutil.copytree(TEMPLATES, context / "templates")
    words = ("build", "-q", "--pull=never", "--layers", "--network=host", f"--target={service}", "-t", image)
    engine.podman(*words, str(context), seconds=BUILT_WITHIN)


def _stands_in(engine: Engine, image: str) -> bool:
    return engine.podman("image", "inspect", "--format", f'{{{{index .Labels "{LABEL}"}}}}', image) == "true"
