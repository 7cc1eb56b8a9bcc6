"""Real local ends of alerts: an HTTP address and a mail server, that take, refuse, hang, drip or never end."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from serving import free_port

LOCAL = "127.0.0.1"


@dataclass
class Hook:
    """What an HTTP address got; `mode` is a status, or "hang", "drip", "endless", "echo"."""

    url: str = ""
    mode: int | str = 200
    got: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hook(mode: int | str = 200) -> Iterator[Hook]:
    """Run an HTTP server that takes alerts."""
    kept = Hook(mode=mode)

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.heads.append({name.lower(): value for name, value in self.headers.items()})
            kept.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            answer(self, kept)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((LOCAL, 0), Taking)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    kept.url = f"http://{LOCAL}:{server.server_address[1]}/services/SECRET"
    try:
        yield kept
    finally:
        kept.let_go.set()
        server.shutdown()
        server.server_close()


def answer(asked: BaseHTTPRequestHandler, kept: Hook) -> None:
    """Answer as the mode says."""
    if kept.mode == "hang":
        kept.let_go.wait(30)
        return
    if kept.mode == "drip":  # a byte now and then: no single read ever takes long
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
        until = time.monotonic() + 30
        while time.monotonic() < until and not kept.let_go.wait(0.1):
            try:
                asked.wfile.write(b".")
            except OSError:
                return
        return
    if kept.mode in {"endless", "echo"}:
        _said(asked, kept)
        return
    asked.send_response(int(kept.mode))
    asked.send_header("location", kept.url)
    asked.send_header("content-length", "2")
    asked.end_headers()
    asked.wfile.write(b"ok")


def _said(asked: BaseHTTPRequestHandler, kept: Hook) -> None:
    """Refuse with more than anybody reads, or with what was asked, as frameworks do."""
    asked.send_response(404)
    asked.end_headers()
    asked.wfile.write(f"Cannot POST {asked.path}\0\x1b[31m for {asked.headers['authorization']}".encode())
    while kept.mode == "endless" and not kept.let_go.is_set():
        try:
            asked.wfile.write(b"x" * 65536)
        except OSError:
            return


@dataclass
class Box:
    """What a mail server got."""

    port: int = 0
    refuse: str = ""
    letters: list[Any] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.refuse and self.refuse in address:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's names
        self.letters.append(envelope)
        return "250 taken"


@contextmanager
def box(login: tuple[str, str] | None = None, tls: Path | None = None, refuse: str = "") -> Iterator[Box]:
    """Run a mail server; with `login` it wants name and password, with `tls` it speaks STARTTLS."""
    kept = Box(refuse=refuse)

    def proven(_server: SMTP, _session: Any, _envelope: Any, _how: str, said: Any) -> AuthResult:
        right = login is not None and isinstance(said, LoginPassword)
        fine = right and (said.login.decode(), said.password.decode()) == login
        return AuthResult(success=bool(fine), handled=bool(fine))

    options: dict[str, Any] = {}
    if login:
        options |= {"authenticator": proven, "auth_required": bool(tls), "auth_require_tls": bool(tls)}
        options |= {"auth_exclude_mechanism": ["LOGIN"]}  # its prompts are not those that Alertmanager knows
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls / "mail.pem", tls / "mail.key")
        options |= {"tls_context": context, "require_starttls": True}
    kept.port = free_port()
    server = Controller(kept, hostname=LOCAL, port=kept.port, **options)
    server.start()
    try:
        yield kept
    finally:
        server.stop()
