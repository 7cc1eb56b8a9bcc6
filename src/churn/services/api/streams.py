"""Bodies too large for memory: received into a file, sent from a file, each step bounded in time."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import BinaryIO

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from churn.services.api.problems import Refusal

PIECE = 1 << 20
MEGA = 1_000_000


async def receive(request: Request, path: Path, limit: int, seconds: float) -> None:
    """Write the body of a request to a file; `seconds` bounds the wait for each piece. Raises Refusal."""
    announced = request.headers.get("content-length", "0")
    _refuse_large(int(announced) if announced.isdigit() else 0, limit)
    got, pieces = 0, request.stream()
    with path.open("wb") as file:
        while (piece := await _next(pieces, seconds)) is not None:
            got += len(piece)
            _refuse_large(got, limit)
            file.write(piece)
    if not got:
        raise Refusal(400, "the body is empty; send the file as the body")


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
            more = True
            while more:
                piece = await asyncio.to_thread(self._file.read, PIECE)
                more = len(piece) == PIECE
                async with asyncio.timeout(self._seconds):
                    await send({"type": "http.response.body", "body": piece, "more_body": more})
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
