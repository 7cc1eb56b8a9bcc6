"""Where MLflow shows what was logged."""

from churn import settings
from churn.errors import ServiceError
from churn.services.client import answers
from churn.services.dashboard import source

WEB = ("http://", "https://")


def address() -> str | None:
    """Give the address of MLflow's pages: as set for these pages, or as the service tells it; None if not known."""
    said = settings.variable("CHURN_MLFLOW_URL") or _told()
    return answers.plain(said) if said and said.startswith(WEB) else None


def run(number: str | None) -> str | None:
    """Give the address of a run."""
    place = address()
    return f"{place}/#/runs/{number}" if place and number else None


def version(model: str, number: int | None) -> str | None:
    """Give the address of a version of a model."""
    place = address()
    return f"{place}/#/models/{model}/versions/{number}" if place and number else None


def _told() -> str | None:
    try:
        store: str | None = source.read("pipeline").store
    except ServiceError:
        return None
    return store
