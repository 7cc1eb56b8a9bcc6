"""The pages beside the API: the dashboard, and MLflow's."""

import logging
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from churn.errors import SettingsError
from churn.services import address
from churn.services.address import LOCAL
from churn.services.supervisor import Child
from churn.settings import Settings, variable

DASHBOARD = Path(__file__).with_name("dashboard") / "app.py"
STREAMLIT = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "logger.hideWelcomeMessage": "true",
    "logger.level": "warning",
}
THEME = {
    "base": "light",
    "primaryColor": "#0f766e",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f2f6f5",
    "textColor": "#1c2b2a",
    "borderColor": "#dde5e3",
    "linkColor": "#0f766e",
    "redColor": "#c2410c",
    "greenColor": "#0f766e",
    "baseRadius": "0.6rem",
    "baseFontSize": "16",
    "headingFontWeights": "[650, 600, 600]",
    "headingFontSizes": '["2rem", "1.4rem", "1.15rem"]',
    "metricValueFontSize": "1.9rem",
    "metricValueFontWeight": "600",
    "sidebar.backgroundColor": "#f2f6f5",
    "sidebar.secondaryBackgroundColor": "#e3ecea",
}
"""The colours of `dashboard/look.py`, spelt for Streamlit; red and green are told apart by the colour-blind."""
MLFLOW = {
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PYTHONWARNINGS": "ignore",
}
"""Without the first, MLflow's server costs more than a gigabyte."""

BEHIND = 5
"""Whoever looks at pages waits for whoever asks the API."""

log = logging.getLogger("churn.serve")


@dataclass(frozen=True)
class Ports:
    """Where the pages are, on this machine."""

    dashboard: int = 8501
    mlflow: int = 5000


@dataclass(frozen=True)
class Page:
    """A process that shows pages, where it does, and where it says that it is well."""

    child: Child
    address: str
    health: str


def pages(settings: Settings, ports: Ports) -> list[Page]:
    """Name what shows pages: the dashboard, and MLflow's unless a server of its own does. Raises SettingsError."""
    from churn.stores.tracking.store import SQLITE, redacted

    if settings.store.startswith(SQLITE):
        tracker = mlflow(settings, ports.mlflow)
        return [dashboard(settings, ports.dashboard, tracker.address), tracker]
    log.info("%-10s %s (its own server)", "MLflow", redacted(settings.store))
    return [dashboard(settings, ports.dashboard)]


def dashboard(settings: Settings, port: int, tracker: str | None = None) -> Page:
    """Name the dashboard's process; `tracker` is where MLflow's pages are, unless the environment names it."""
    free(port, "--dashboard-port")
    words = streamlit(LOCAL, port)
    said = {"CHURN_API_URL": address.of(settings)}
    if tracker and variable("CHURN_MLFLOW_URL") is None:
        said["CHURN_MLFLOW_URL"] = tracker
    return Page(Child("dashboard", words, said, nice=BEHIND), f"http://{LOCAL}:{port}", "/_stcore/health")


def streamlit(host: str, port: int, path: str = "") -> tuple[str, ...]:
    """Spell the command that shows the dashboard at host and port, below `path` of that address."""
    theme = {f"theme.{name}": value for name, value in THEME.items()}
    options = STREAMLIT | theme | {"server.address": host, "server.port": str(port), "server.baseUrlPath": path}
    return (
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(DASHBOARD),
        *(f"--{one}={told}" for one, told in options.items()),
    )


def mlflow(settings: Settings, port: int) -> Page:
    """Name the process of MLflow's pages over the local store."""
    free(port, "--mlflow-port")
    options = ("--host", LOCAL, "--port", str(port), "--workers", "1", "--uvicorn-opts", "--log-level warning")
    words = (sys.executable, "-m", "mlflow", "server", *options, "--backend-store-uri", settings.store)
    return Page(Child("MLflow", words, MLFLOW, nice=BEHIND), f"http://{LOCAL}:{port}", "/health")


def free(port: int, option: str) -> None:
    """Raise SettingsError when somebody listens on a port of this machine."""
    try:
        socket.create_server((LOCAL, port)).close()
    except OSError as fault:
        raise SettingsError(f"cannot listen on {LOCAL}:{port}: {fault.strerror}; name another: {option}") from fault
