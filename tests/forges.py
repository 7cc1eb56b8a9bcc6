"""A forge in the tests: a real HTTP server on loopback that keeps pull requests as GitHub's API describes them."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Server(ThreadingHTTPServer):
    """Pull requests, what was asked, and what to answer instead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Api)
        self.pulls: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self.status: int | None = None
        self.body: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Api(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        (asked,) = parse_qs(urlsplit(self.path).query)["head"]
        self.answer(200, [one for one in self.server.pulls if f"anna:{one['head']}" == asked])

    def do_POST(self):
        said = self.said()
        self.server.asked.append((self.path, said, self.headers["Authorization"]))
        if self.path.endswith("/dispatches"):
            return self.answer(204)
        number = len(self.server.pulls) + 1
        made = said | {"number": number, "html_url": f"https://forge/{number}"}
        self.server.pulls.append(made)
        return self.answer(201, made)

    def do_PATCH(self):
        found = self.server.pulls[int(self.path.rpartition("/")[2]) - 1]
        found.update(self.said())
        self.answer(200, found)

    def said(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status, told=None):
        status = self.server.status or status
        body = b"" if status == 204 else self.server.body or json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said):
        pass


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Run a forge while the block runs."""
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
