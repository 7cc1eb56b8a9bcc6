import contextlib
import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import serving
from churn.services.api import keys
from churn.services.client.client import ChurnClient
from churn.services.dashboard import source
from looking import words

READY = {"status": "ready", "model_version": 1, "simulation": False} | {
    part: {"ok": True, "words": "fine"} for part in ("model", "ledger", "registry")
}


@contextlib.contextmanager
def without_model(folder):
    """Run the service where no model was ever brought."""
    port = serving.free_port()
    words = ["-m", "uvicorn", "churn.services.api.app:create", "--factory", "--port", str(port)]
    with (folder / "api.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=folder, env=serving.environment(folder), stderr=log, stdout=log
        )
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/health")
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def answering(answer):
    """Run something that answers /ready as our service does, and all else by `answer`, which takes the path."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = (200, READY) if self.path.startswith("/ready") else answer(self.path)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def problem(status, detail="it is so"):
    return status, {"title": "refused", "detail": detail, "status": status}


@pytest.mark.parametrize("page", ["today", "call_list"])
def test_a_service_that_is_down_is_said_once_with_how_to_start_it(look, page):
    seen = look(page, "http://127.0.0.1:9")
    assert "The service does not answer" in words(seen)
    assert "http://127.0.0.1:9" in words(seen)
    assert "make serve" in words(seen)
    assert len(seen.error) == 1
    assert not seen.metric


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: (200, {"customers": "many"}), "of another version"),
        (lambda _: (200, b"<html>hello</html>"), "of another version"),
        (lambda _: (404, b"nothing"), "of another version"),
        (lambda _: problem(401, "a key is wanted"), "churn keys add dashboard"),
        (lambda _: problem(403, "your key may not"), "may not do this"),
        (lambda _: problem(503, "the ledger is away"), "the ledger is away"),
        (lambda _: problem(500, "a _fault_ of $ours"), r"a \_fault\_ of \$ours"),
    ],
    ids=["version", "website", "nothing", "401", "403", "503", "500"],
)
def test_an_answer_that_is_no_answer_is_explained_and_no_traceback(look, answer, said):
    with answering(answer) as url:
        seen = look("today", url)
    assert said in words(seen)
    assert len(seen.error) == 1


def test_a_service_that_is_slow_is_said_to_be_slow(look, monkeypatch):
    monkeypatch.setattr(source, "SECONDS", 0.3)
    monkeypatch.setattr(source, "PATIENCE", 0.0)

    def sleep(_):
        time.sleep(1.0)
        return 200, {}

    with answering(sleep) as url:
        seen = look("today", url)
    assert "takes too long" in words(seen)


def test_a_part_that_fails_does_not_take_the_others_away(look, service):
    def answer(path):
        return problem(503, "alerts are away") if path.startswith("/monitoring/alerts") else forwarded(service, path)

    with answering(answer) as url:
        seen = look("today", url)
    assert "alerts are away" in words(seen)
    assert len(seen.metric) == 4
    assert "scores were made in 7 days" in words(seen)


def forwarded(url, path):
    answer = httpx.get(url + path, timeout=20)
    return answer.status_code, answer.content


def test_without_a_model_the_page_says_what_to_do(look, tmp_path):
    with without_model(tmp_path) as url:
        seen = look("today", url)
    assert "No model answers yet" in words(seen)
    assert "make pipeline" in words(seen)


def test_a_key_is_asked_for_and_an_empty_ledger_says_how_to_fill_it(look, tmp_path):
    serving.bundled(tmp_path / "bundle")
    key = keys.add(tmp_path / "keys.json", "dashboard", ["predict"])
    with serving.running(tmp_path) as url:
        assert "churn keys add" in words(look("today", url))
        for page in ("today", "call_list"):
            said = words(look(page, url, CHURN_API_KEY=key))
            assert "Nobody has been scored yet" in said
            assert f'ChurnClient("{url}")' in said


def test_old_scores_and_a_simulated_service_are_said_before_any_figure(look, tmp_path):
    serving.bundled(tmp_path / "bundle")
    with serving.running(tmp_path, CHURN_SIMULATION="1") as url, ChurnClient(url) as client:
        client.predict_batch([serving.customer()], observed_at="2026-01-05T08:00:00Z")
        said = words(look("today", url))
    assert "Simulated." in said
    assert "The scores are old" in said
    assert "5 Jan 2026" in said


def test_answers_are_kept_for_one_model_and_one_service_only(look, service, monkeypatch):
    asked = []
    look("today")
    monkeypatch.setattr(ChurnClient, "portfolio", lambda _self, days, purpose: asked.append((days, purpose)) or days)
    before = source.ready()
    assert source.read("portfolio", days=3) == source.read("portfolio", days=3) == 3
    assert asked == [(3, "production")]
    monkeypatch.setattr(source, "ready", lambda: before.model_copy(update={"model_version": 2}))
    source.read("portfolio", days=3)
    monkeypatch.setattr(source, "ready", lambda: before.model_copy(update={"simulation": True}))
    source.read("portfolio", days=3)
    assert asked == [(3, "production"), (3, "production"), (3, "simulated")]


def test_read_again_asks_again(look, service):
    asked = []

    def answer(path):
        asked.append(path)
        return forwarded(service, path)

    with answering(answer) as url:
        seen = look("today", url)
        first = len(asked)
        seen.run()
        assert len(asked) == first
        seen.button(key="read_again").click().run()
        assert len(asked) == 2 * first
