"""The service under test."""

from typing import Annotated

import typer

from churn import settings
from churn.services.client.client import ChurnClient

Url = Annotated[str | None, typer.Option(help="the service; by default the one of the settings")]
Key = Annotated[str | None, typer.Option(envvar="CHURN_API_KEY", help="an API key with scopes predict and feedback")]


def address(url: str | None) -> str:
    """Give the address that was named, or else the one under which the settings start the service."""
    known = settings.read()
    return url or f"http://{known.api_host}:{known.api_port}"


def client(url: str | None, key: str | None) -> ChurnClient:
    """Give a client that does not wait long."""
    return ChurnClient(address(url), key, timeout=30.0, patience=10.0)
