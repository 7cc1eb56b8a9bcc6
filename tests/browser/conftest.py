"""A real browser before the real dashboard, API and demo, as wide as a desk and as narrow as a phone."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from browser.eyes import SIZES, Eyes
from churn.services.demo.host import free_port
from churn.services.demo.place import Place, current
from workshop import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Of the system, in the order in which they are looked for; without one, playwright's own."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WEEKS = "8"
BUILT, STARTED = 600, 90


MEASURED: list[str] = []


def pytest_terminal_summary(terminalreporter):
    """Tell what was measured, whether or not a test failed."""
    for line in MEASURED:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def say():
    return MEASURED.append


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Give the folder of demos that CHURN_DEMO names, or build one: all customers, few weeks."""
    if named := os.environ.get("CHURN_DEMO"):
        return Path(named)
    root = tmp_path_factory.mktemp("demo")
    words = [sys.executable, "scripts/demo_data.py", "--weeks", WEEKS, "--into", str(root)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=BUILT, check=False)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def served(demo, tmp_path_factory):
    """Serve the demo as `make demo` does; give the addresses of dashboard and API."""
    api, dashboard, mlflow = (free_port() for _ in range(3))
    words = [sys.executable, "-m", "churn.cli", "demo", "--from", str(demo), "--api-port", str(api)]
    words += ["--dashboard-port", str(dashboard), "--mlflow-port", str(mlflow)]
    with running(words, tmp_path_factory.mktemp("served") / "log"):
        found = f"http://127.0.0.1:{dashboard}", f"http://127.0.0.1:{api}"
        wait_for(f"{found[1]}/ready")
        wait_for(f"{found[0]}/_stcore/health")
        yield found


@pytest.fixture(scope="session")
def dashboard(served):
    return served[0]


@pytest.fixture(scope="session")
def orphan(demo, tmp_path_factory):
    """Serve a dashboard whose API is not there."""
    port, place = free_port(), Place(tmp_path_factory.mktemp("orphan"))
    words = [sys.executable, "-m", "streamlit", "run", str(ROOT / "src/churn/services/dashboard/app.py")]
    words += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    words += ["--client.showErrorDetails=none", "--browser.gatherUsageStats=false", "--client.toolbarMode=minimal"]
    env = place.environment(free_port())
    with running(words, place.folder / "log", env | {"CHURN_API_URL": f"http://127.0.0.1:{free_port()}"}):
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def truth(demo):
    """Give what is true in the demo."""
    return json.loads(current(demo).facts.read_text())


@pytest.fixture(scope="session")
def chromium():
    """Start the browser once."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def eyes(request, chromium, dashboard):
    """Look at the dashboard through a window of one of the sizes."""
    yield from looking(request.param, chromium, dashboard)


@pytest.fixture
def desk(chromium, dashboard):
    """Look at it on a desk alone."""
    yield from looking("desktop", chromium, dashboard)


def looking(kind, chromium, address):
    context = chromium.new_context(
        viewport=SIZES[kind], accept_downloads=True, has_touch=kind == "phone", is_mobile=kind == "phone"
    )
    try:
        yield Eyes(context.new_page(), address, kind)
    finally:
        context.close()


class running:  # noqa: N801  it reads as a sentence
    """A process for as long as a block runs, with its words in a file."""

    def __init__(self, words, log, env=None):
        self.words, self.log, self.env = words, log, env

    def __enter__(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.words, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def wait_for(url):
    until = time.monotonic() + STARTED
    while time.monotonic() < until:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {STARTED} s")
