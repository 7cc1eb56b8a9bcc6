"""Files sent to be scored, and what comes back: streamed both ways, put in place whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from churn.errors import ServiceError
from churn.scoring.files import forms
from churn.services.client import answers
from churn.services.client.call import part
from churn.stores.files import aside

SECONDS = 3600.0
"""How long a file may take: its first answer comes when all of it is scored and recorded."""


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What became of a file; the prediction of a row is `record_id.row`, counted from 0."""

    record_id: str
    out: Path
    rejected: int
    rejects: Path | None


def score_file(http: httpx.Client, path: Path, out: Path, rejects: Path | None, query: Mapping[str, str]) -> FileAnswer:
    """Send a file and write its answer; fetch the rejected rows where they are wanted. Raises ServiceError."""
    asked = {name: value for name, value in query.items() if value}
    with path.open("rb") as content:
        headers = {"content-type": forms.of_file(path).media}
        head = _stream(http, "POST", "/predict/file", out, params=asked, content=content, headers=headers)
    record, rejected = head.get("x-record-id", ""), int(head.get("x-rejected-rows", "0"))
    wanted = rejects if rejected else None
    if wanted is not None:
        _stream(http, "GET", f"/predict/file/{part(record)}/rejects", wanted)
    return FileAnswer(record, out, rejected, wanted)


def _stream(http: httpx.Client, method: str, path: str, out: Path, **said: object) -> httpx.Headers:
    """Write an answer to a file, which appears when it is whole."""
    patience = httpx.Timeout(SECONDS, connect=http.timeout.connect)
    try:
        with http.stream(method, path, timeout=patience, **said) as answer:  # type: ignore[arg-type]  # httpx checks
            if not answer.is_success:
                answer.read()
                answers.refuse(answer)
            with aside(out) as draft, draft.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
            return answer.headers
    except httpx.RequestError as fault:
        raise _unheard(http, fault) from fault


def _unheard(http: httpx.Client, fault: httpx.RequestError) -> ServiceError:
    return answers.unheard(fault, http.base_url, SECONDS)
