"""One request as bytes, as no client would send it."""

import socket
import ssl
from typing import NamedTuple


class Said(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(port: int, request: bytes, tls: ssl.SSLContext | None = None, source: str = "127.0.0.1") -> Said:
    """Send bytes from an address of this machine, and read one answer."""
    with socket.create_connection(("127.0.0.1", port), 20, (source, 0)) as plain:
        line = tls.wrap_socket(plain, server_hostname="localhost") if tls else plain
        with line:
            line.sendall(request)
            return read(line)


def read(line: socket.socket) -> Said:
    """Read one answer: to its announced length, or to the end."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += _more(line)
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += _more(line)
    return Said(int(first.split()[1]), headers, body)


def _more(line: socket.socket) -> bytes:
    heard = line.recv(65536)
    if not heard:
        raise ConnectionError("hung up before the answer was whole")
    return heard
