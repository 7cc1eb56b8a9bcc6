"""One keep-alive HTTP/1.1 connection that reads no more of an answer than its length."""

import socket
from dataclasses import dataclass, field
from typing import NamedTuple

END = b"\r\n\r\n"


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    head: bytes
    body: bytes
    closes: bool


def encode(host: str, path: str, body: bytes, headers: dict[str, str] | None = None, method: str = "POST") -> bytes:
    """Spell a request as it goes over the wire."""
    named = {"host": host, "content-type": "application/json", "content-length": str(len(body))}
    named |= {name.lower(): value for name, value in (headers or {}).items()}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join(lines).encode() + END + body


@dataclass(slots=True, eq=False)
class Connection:
    """A non-blocking socket with at most one request under way."""

    address: tuple[str, int]
    line: socket.socket
    unsent: memoryview = field(default_factory=lambda: memoryview(b""))
    heard: bytearray | bytes = b""
    needed: int = 0
    began: float = 0.0
    busy: bool = False

    @classmethod
    def open(cls, host: str, port: int) -> "Connection":
        """Connect; raises OSError if nobody listens."""
        line = socket.create_connection((host, port), timeout=5)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setblocking(False)
        return cls((host, port), line)

    def send(self, request: bytes, now: float) -> bool:
        """Start a request; say whether all of it left at once."""
        self.began, self.busy, self.heard, self.needed = now, True, b"", 0
        self.unsent = memoryview(request)
        return self.push()

    def push(self) -> bool:
        """Send what is left of the request; say whether nothing is left."""
        try:
            self.unsent = self.unsent[self.line.send(self.unsent) :]
        except BlockingIOError:
            return False
        return not self.unsent

    def receive(self) -> Answer | None:
        """Read what came, and give the answer once it is whole. Raises ConnectionError if the server hung up."""
        try:
            heard = self.line.recv(262_144)
        except BlockingIOError:
            return None
        if not heard:
            raise ConnectionError("the server closed the connection")
        if self.heard:
            self.heard = bytearray(self.heard) if isinstance(self.heard, bytes) else self.heard
            self.heard += heard
        else:
            self.heard = heard
        if len(self.heard) < self.needed:
            return None
        return self._whole()

    def _whole(self) -> Answer | None:
        heard = self.heard
        cut = heard.find(END)
        if cut < 0:
            return None
        head = bytes(heard[:cut]).lower()
        length = _length(head, heard, cut + 4)
        if length is None or len(heard) < cut + 4 + length:
            self.needed = 0 if length is None else cut + 4 + length
            return None
        self.busy = False
        return Answer(int(head[9:12]), head, bytes(heard[cut + 4 : cut + 4 + length]), b"connection: close" in head)


def _length(head: bytes, heard: bytearray | bytes, start: int) -> int | None:
    """Give the body's length, or None while a chunked body has not ended."""
    at = head.find(b"content-length:")
    if at >= 0:
        end = head.find(b"\r\n", at)
        return int(head[at + 15 : end if end >= 0 else len(head)])
    if b"transfer-encoding: chunked" in head:
        return len(heard) - start if heard.endswith(b"\r\n0\r\n\r\n") or heard[start:] == b"0\r\n\r\n" else None
    return 0
