"""Bodies too large for memory: received into a file, sent from a file, each step bounded in time."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import BinaryIO

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from churn.services.api.problems import Refusal

PIECE = 1 << 20
MEGA = 1_000_000
LEAST_RATE = 64_000
"""Bytes a second, beyond the seconds a request has: whoever is slower on the whole holds a place for others."""


async def receive(request: Request, path: Path, limit: int, seconds: float) -> None:
    """Write the body of a request to a file; `seconds` bounds each piece, the least rate the whole. Raises Refusal."""
    announced = request.headers.get("content-length", "0")
    _refuse_large(int(announced) if announced.isdigit() else 0, limit)
    got, pieces, began = 0, request.stream(), time.monotonic()
    with path.open("wb") as file:
        while (piece := await _next(pieces, patience(began, got, seconds))) is not None:
            got += len(piece)
            _refuse_large(got, limit)
            file.write(piece)
    if not got:
        raise Refusal(400, "the body is empty; send the file as the body")


def patience(began: float, moved: int, seconds: float) -> float:
    """Give the seconds that the next piece may take: `seconds`, or fewer when those before it were slow."""
    return min(seconds, began + seconds + moved / LEAST_RATE - time.monotonic())


class Streamed(Response):
    """A file as an answer: read piece by piece, given up when its reader stalls, closed whatever happens."""

    def __init__(
        self, file: BinaryIO, media: str, headers: dict[str, str], seconds: float, closed: Callable[[], object] = bool
    ) -> None:
        size = os.fstat(file.fileno()).st_size
        super().__init__(None, 200, {**headers, "content-length": str(size)}, media)
        self._file, self._seconds, self._closed = file, seconds, closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        del scope, receive
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            more, sent, began = True, 0, time.monotonic()
            while more:
                piece = await asyncio.to_thread(self._file.read, PIECE)
                more = len(piece) == PIECE
                async with asyncio.timeout(patience(began, sent, self._seconds)):
                    await send({"type": "http.response.body", "body": piece, "more_body": more})
                sent += len(piece)
        finally:
            self._file.close()
            self._closed()


async def _next(pieces: AsyncGenerator[bytes], seconds: float) -> bytes | None:
    try:
        async with asyncio.timeout(seconds):
            return await anext(pieces, None)
    except TimeoutError as fault:
        raise Refusal(408, "the body did not arrive in time; send it again") from fault
    except ClientDisconnect as fault:
        raise Refusal(400, "the body ended before it was whole") from fault


def _refuse_large(length: int, limit: int) -> None:
    if length > limit:
        raise Refusal(413, f"the file is larger than the {limit / MEGA:g} MB that one request may hold; send several")
