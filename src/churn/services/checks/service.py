"""The service under test."""

from typing import Annotated

import typer

from churn import settings
from churn.services import address as service_address
from churn.services.client.client import ChurnClient

Url = Annotated[str | None, typer.Option(help="the service; by default the one of the settings")]
Key = Annotated[str | None, typer.Option(envvar="CHURN_API_KEY", help="an API key with scopes predict and feedback")]


def address(url: str | None) -> str:
    """Give the address that was named, or else the one under which the settings start the service."""
    return url or service_address.of(settings.read())


def client(url: str | None, key: str | None) -> ChurnClient:
    """Give a client that does not wait long."""
    return ChurnClient(address(url), key or settings.variable("CHURN_API_KEY"), timeout=30.0, patience=10.0)
