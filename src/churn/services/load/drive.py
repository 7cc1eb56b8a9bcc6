"""Load on a service of ours: which requests, to which host, and what came of it."""

import json
from typing import Annotated
from urllib.parse import urlsplit

import typer

from churn.errors import ServiceDown, ServiceError, SettingsError
from churn.services import address
from churn.services.checks.customers import customers
from churn.services.load.connection import encode
from churn.services.load.generator import Generator, run
from churn.services.load.result import Load

Connections = Annotated[int, typer.Option(min=1, max=1000, help="each asks again as soon as it is answered")]
Seconds = Annotated[float, typer.Option(min=0.1)]
Rows = Annotated[int, typer.Option(min=1, max=1_000_000, help="of a request; more than one go to /predict/batch")]
Yes = Annotated[bool, typer.Option("--yes", help="load another machine than this")]

CONNECTIONS, SECONDS, ROWS = 8, 10.0, 1
DOWN = "nobody answered at {url} ({why}); start the service: make api"
BARRED = {401: "the key is missing, unknown or revoked", 403: "the key lacks the scope predict"}
SPENT = "; 429 says that the key's rate is used up: `churn keys add NAME --rate RATE` makes one with a higher rate"
DIFFERENT = 64
"""Requests that are spelt beforehand, and sent in turn."""


def drive(url: str, key: str | None, connections: int, seconds: float, rows: int, yes: bool) -> Load:
    """Ask for so many rows a request, over so many connections, for so long; all with purpose test.

    Raises SettingsError, ServiceError.
    """
    host, port = target(url, yes)
    headers = {"authorization": f"Bearer {key}"} if key else {}
    path = f"{'/predict' if rows == 1 else '/predict/batch'}?purpose=test"
    asked = bodies(rows)
    admitted(url, Generator((host, port), [encode(f"{host}:{port}", path, asked[0], headers)]).run(1, seconds, 1))
    found = run(host, port, path, asked, headers, connections, seconds)
    if not found.requests:
        raise ServiceDown(DOWN.format(url=url, why=found.last_error))
    if found.errors:
        raise ServiceError(f"{found.words}{SPENT if found.statuses[429] else ''}")
    return found


def admitted(url: str, first: Load) -> None:
    """Look at the answer to one request before thousands are sent. Raises ServiceError."""
    if not first.requests:
        raise ServiceDown(DOWN.format(url=url, why=first.last_error))
    for status, why in BARRED.items():
        if first.statuses[status]:
            raise ServiceError(f"{url} answers {status}: {why}; give a key: --key KEY, or CHURN_API_KEY")


def target(url: str, yes: bool) -> tuple[str, int]:
    """Give host and port; another machine than this is loaded only on demand. Raises SettingsError."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise SettingsError(f"{url}: give an address such as http://127.0.0.1:8000")
    if not (yes or address.loopback(parts.hostname)):
        raise SettingsError(f"{url} is not this machine; load takes answers from its users. If it may: --yes")
    return parts.hostname, parts.port or 80


def bodies(rows: int) -> list[bytes]:
    """Spell requests of so many rows, no two alike."""
    made = customers(DIFFERENT if rows == 1 else rows, "load")
    if rows == 1:
        return [json.dumps(one).encode() for one in made]
    return [json.dumps(made[turn:] + made[:turn]).encode() for turn in range(min(4, rows))]
