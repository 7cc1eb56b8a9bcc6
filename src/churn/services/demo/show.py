"""Serve the demo that is whole: API, dashboard and MLflow's pages over its own folder, and nothing of production."""

import logging
import os
from pathlib import Path

from churn.services import serve
from churn.services.demo import place as places
from churn.services.demo.words import words
from churn.services.pages import Ports
from churn.stores import files

log = logging.getLogger("churn.demo")


def show(api: int, ports: Ports, root: Path) -> int:
    """Serve until told to stop; give the exit code. Raises BundleError where no demo is built, SettingsError."""
    place = places.current(root)
    for line in words(files.read_json(place.facts)):
        log.info("demo: %s", line)
    said = place.environment(api)
    for name in set(os.environ) - set(said):
        del os.environ[name]
    os.environ.update(said)  # what is started here reads it
    with places.kept(place):
        return serve.run(place.settings(api), ports)
