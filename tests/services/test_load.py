"""The load generator against services that answer, refuse, break off or are not there."""

import json
import socket
import threading

import pytest

import serving
from churn.errors import ServiceDown, ServiceError, SettingsError
from churn.services.load import drive
from churn.services.load.connection import encode
from churn.services.load.generator import Generator, run

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Raw:
    """A server that sends raw bytes for each request, and counts what it was sent."""

    def __init__(self, *answers):
        self.answers, self.heard = answers, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *fault):
        self.socket.close()

    def _serve(self):
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        with line, line.makefile("rb") as said:
            while (head := said.readline()) and head.strip():
                length = 0
                while (name := said.readline().lower()).strip():
                    length = int(name.split(b":")[1]) if name.startswith(b"content-length") else length
                self.heard += len(said.read(length))
                answer = self.answers[0]
                if answer is None:
                    return
                for piece in answer if isinstance(answer, list) else [answer]:
                    line.sendall(piece)


def test_load_counts_what_a_real_service_answers(service):
    found = drive.drive(service, None, connections=4, seconds=0.5, rows=1, yes=False)
    assert found.requests == found.statuses[200] == len(found.latencies)
    assert found.errors == 0
    assert found.rate == pytest.approx(found.requests / found.seconds)
    assert 0 < found.quantile(0.5) <= found.quantile(0.99)
    assert "no error" in found.words


def test_each_answer_is_seen(service):
    port, seen = int(service.rpartition(":")[2]), []
    found = run(
        "127.0.0.1", port, "/predict?purpose=test", drive.bodies(1), connections=2, seconds=0.2, watch=seen.append
    )
    assert len(seen) == found.requests
    assert len({json.loads(one.body)["prediction_id"] for one in seen}) == found.requests


def test_batches_have_as_many_rows_as_asked(service):
    assert [len(json.loads(one)) for one in drive.bodies(3)] == [3, 3, 3]
    assert drive.drive(service, None, connections=2, seconds=0.2, rows=20, yes=False).errors == 0


def test_refusals_are_errors(service):
    port = int(service.rpartition(":")[2])
    found = run("127.0.0.1", port, "/predict", [b"{}"], connections=2, seconds=0.2)
    assert found.errors == found.requests == found.statuses[422]
    assert found.rate == 0
    with pytest.raises(ServiceError, match="errors"):
        drive.drive(service, None, connections=1, seconds=0.1, rows=20_000, yes=False)


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        [OK[:20], OK[20:]],
        [OK[:-1], OK[-1:]],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\n{}\r\n", b"0\r\n\r\n"],
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    ],
)
def test_answers_are_read_however_they_come(answer):
    with Raw(answer) as server:
        found = Generator(("127.0.0.1", server.port), [encode("a", "/", b"{}")]).run(2, 5, limit=20)
    assert (found.requests, found.errors) == (20, 0)


def test_a_request_larger_than_the_wire_takes_at_once_is_sent_whole():
    body = b"x" * 20_000_000
    with Raw(OK) as server:
        found = Generator(("127.0.0.1", server.port), [encode("a", "/", body)]).run(1, 10, limit=2)
    assert (found.requests, found.errors, server.heard) == (2, 0, 2 * len(body))


def test_a_connection_that_breaks_off_is_lost_and_counted():
    with Raw(None) as server:
        found = run("127.0.0.1", server.port, "/", [b"{}"], connections=2, seconds=0.2)
    assert found.requests == found.errors == found.lost > 0


def test_a_service_that_is_away_is_said_to_be():
    with pytest.raises(ServiceDown, match="refused"):
        drive.drive(f"http://127.0.0.1:{serving.free_port()}", None, connections=1, seconds=0.1, rows=1, yes=False)


@pytest.mark.parametrize("url", ["http://10.1.2.3:8000", "http://example.com", "https://127.0.0.1", "127.0.0.1:8000"])
def test_another_machine_is_loaded_on_demand_alone(url):
    with pytest.raises(SettingsError):
        drive.target(url, yes=False)


def test_another_machine_may_be_loaded_on_demand():
    assert drive.target("http://10.1.2.3:8000", yes=True) == ("10.1.2.3", 8000)
    assert drive.target("http://localhost", yes=False) == ("localhost", 80)


def test_a_key_that_does_not_open_is_found_out_with_one_request():
    for status in (401, 403):
        with Raw(b"HTTP/1.1 %d No\r\nContent-Length: 2\r\n\r\n{}" % status) as server:
            with pytest.raises(ServiceError, match=rf"{status}.*--key KEY, or CHURN_API_KEY"):
                drive.drive(f"http://127.0.0.1:{server.port}", "wrong", connections=2, seconds=0.3, rows=1, yes=False)
            assert server.heard == len(drive.bodies(1)[0])


def test_a_rate_that_is_used_up_is_said_to_be():
    with Raw(b"HTTP/1.1 429 No\r\nContent-Length: 2\r\n\r\n{}") as server, pytest.raises(ServiceError, match="--rate"):
        drive.drive(f"http://127.0.0.1:{server.port}", "key", connections=1, seconds=0.1, rows=1, yes=False)
