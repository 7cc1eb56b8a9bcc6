"""Heads of requests that never end, over a real uvicorn with the worker's own protocol."""

import contextlib
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
import uvicorn

import serving
from churn.services import head_limits

HALF = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
WHOLE = HALF + b"\r\n"


async def app(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(head_limits, "SECONDS", 0.4)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=head_limits.BoundedHeads, loop="uvloop", ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listening.close()


def connected(port, content=b""):
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    line.sendall(content)
    return line


def to_end(line):
    """Read until the server closes."""
    content = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65536):
            content += piece
    return content


def test_a_head_that_does_not_end_in_time_is_told_so_and_closed(port):
    with connected(port, HALF) as line:
        said = to_end(line)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in said


def test_a_head_that_drips_wins_no_time(port):
    with connected(port, HALF) as line:
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 5:
                line.sendall(b"X: y\r\n")
                time.sleep(0.05)
        assert time.monotonic() - began < 4


def test_a_connection_that_says_nothing_is_closed_without_a_word(port):
    with connected(port) as line:
        assert to_end(line) == b""


@pytest.mark.parametrize("begun", [HALF, b"\r\n"])
def test_a_later_head_is_bounded_as_the_first(port, begun):
    with connected(port, WHOLE) as line:
        assert line.recv(65536).endswith(b"ok")
        line.sendall(begun)
        assert to_end(line).startswith(b"HTTP/1.1 408 ")


def test_a_head_behind_another_request_in_one_piece_is_bounded(port):
    with connected(port, WHOLE + HALF) as line:
        said = to_end(line)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in said


def test_a_connection_that_rests_between_requests_stays(port):
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            assert client.post("/", content=b"x" * 200_000).status_code == 200
            (used,) = client._transport._pool.connections
            time.sleep(0.5)
            assert client.get("/").status_code == 200
            assert client._transport._pool.connections == [used]


def test_a_worker_refuses_endless_header_lines(place):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        words = [sys.executable, "-m", "churn.services.worker", str(listening.fileno())]
        worker = subprocess.Popen(
            words, cwd=place, env=serving.environment(place), pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = listening.getsockname()[1]
            serving.wait_ready(f"http://127.0.0.1:{port}", worker)
            with connected(port, HALF) as line:
                line.sendall(b"X: " + b"a" * 60_000)
                line.sendall(b"a" * 6_000)
                assert to_end(line).startswith(b"HTTP/1.1 431 ")
        finally:
            worker.terminate()
            worker.wait(20)
