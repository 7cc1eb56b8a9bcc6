"""Requests whose head does not end: bounded in time and size before anybody is asked for a key."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from churn.services.api import problems
from churn.stores.ledger.entries import new_id

SECONDS = 10.0
"""Time for a head, from the connection or from its first byte on; between requests the keep-alive time holds."""
BYTES = 64 << 10
PIECE = 256 << 10
"""Bytes that the loop reads at once: as many of a pipelined head's first piece may belong to the body before."""
LATE = "the head of the request did not end in time; send it again"
LARGE = f"the head of the request is larger than {BYTES >> 10} KB; send less in it"


class BoundedHeads(HttpToolsProtocol):
    """A connection that is closed when the head of a request takes too long or grows too large.

    A timer serves all requests of a connection that begin while it runs, so that a request hardly pays for it.
    """

    _began: float | None = None  # none while no head is awaited
    _size = 0
    _whole = False  # the last request arrived to its end; what comes next begins another
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Await the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Count what comes until the head has ended."""
        if self._whole:
            self._await_head()
        super().data_received(data)
        if self._began is not None:
            self._size += len(data)
            if self._size > BYTES:
                self._refuse(431, LARGE)

    def on_message_begin(self) -> None:
        """Await the head of a request that begins in the piece in which another ended."""
        super().on_message_begin()
        if self._whole:
            self._await_head()
            self._size = -PIECE

    def on_headers_complete(self) -> None:
        """Await no head any more."""
        self._began = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Remember that the next byte begins another head."""
        super().on_message_complete()
        self._whole = True

    def _await_head(self) -> None:
        self._began, self._size, self._whole = self.loop.time(), 0, False
        if self._timer is None:
            self._timer = self.loop.call_later(SECONDS, self._look)

    def _look(self) -> None:
        """Close the connection if its head is late; look again when it could be."""
        self._timer = None
        if self._began is None:
            return
        left = self._began + SECONDS - self.loop.time()
        if left <= 0 and not self._answering():
            self._refuse(408, LATE)
        else:
            self._timer = self.loop.call_later(left if left > 0 else SECONDS, self._look)

    def _answering(self) -> bool:
        """Tell whether an earlier request is still in hand: no word may go between its words."""
        cycle: Any = self.cycle  # none before the first request
        return bool(cycle) and not cycle.response_complete

    def _refuse(self, status: int, words: str) -> None:
        if self.transport.is_closing():
            return
        if self._size and not self._answering():
            self.transport.write(_spelt(status, words))
        self.transport.close()


def _spelt(status: int, words: str) -> bytes:
    reply = problems.problem(status, words, new_id())
    head = (STATUS_LINE[status], b"content-type: ", reply.media, b"\r\ncontent-length: %d\r\n" % len(reply.body))
    return b"".join((*head, b"connection: close\r\n\r\n", reply.body))
