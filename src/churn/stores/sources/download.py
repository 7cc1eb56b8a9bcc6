"""A file over HTTP."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import requests

from churn.errors import SourceError
from churn.stores.files import aside

CHUNK = 1 << 16
ADDRESSES = 6
"""A host may have this many addresses; they are tried one by one and share the time allowed."""


def download(url: str, path: Path, timeout_seconds: float) -> None:
    """Save what `url` answers, whole or not at all; raise SourceError, which never repeats the URL."""
    with aside(path) as draft, draft.open("wb") as body:
        for chunk in _chunks(url, timeout_seconds):
            body.write(chunk)


def _chunks(url: str, timeout_seconds: float) -> Iterator[bytes]:
    try:
        with requests.get(url, stream=True, timeout=(timeout_seconds / ADDRESSES, timeout_seconds)) as response:
            response.raise_for_status()
            yield from response.iter_content(CHUNK)
    except requests.RequestException as fault:
        raise SourceError(_reason(fault, timeout_seconds)) from fault


def _reason(fault: requests.RequestException, timeout_seconds: float) -> str:
    match fault:
        case requests.HTTPError() if fault.response is not None:
            return f"the server answered {_status(fault.response.status_code)}; check the address and your access"
        case requests.Timeout():
            return f"no answer in time (ingest.timeout_seconds is {timeout_seconds:g}); try again later"
        case requests.exceptions.ChunkedEncodingError() | requests.exceptions.ContentDecodingError():
            return "the download broke off before its end; try again"
        case requests.exceptions.SSLError():
            return "its certificate is not trusted; REQUESTS_CA_BUNDLE may name your own authorities"
        case requests.ConnectionError():
            return "no connection; check the network, the proxy and the address"
    return f"the address cannot be fetched ({type(fault).__name__})"


def _status(code: int) -> str:
    return f"{code} {HTTPStatus(code).phrase}" if code in set(HTTPStatus) else str(code)
