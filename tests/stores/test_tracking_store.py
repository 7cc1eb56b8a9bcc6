import http.server
import socket
import threading
import time

import pytest

from churn.errors import TrackingError
from churn.stores.tracking import runs, store


def test_a_server_that_is_away_is_named_quickly_and_without_its_password():
    began = time.monotonic()
    with pytest.raises(
        TrackingError, match=r"http://me:\*\*\*@127\.0\.0\.1:9 does not answer.*unset MLFLOW_TRACKING_URI"
    ):
        store.connect("http://me:secret@127.0.0.1:9")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("code", "hint"), [(401, "MLFLOW_TRACKING_USERNAME"), (403, "--allowed-hosts"), (404, "address"), (500, "start it")]
)
def test_a_server_that_refuses_is_told_with_the_way_out(code, hint):
    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(TrackingError, match=hint):
            store.connect(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / "mlflow.db").write_text("not a database, but long enough to look like one" * 100)
    with pytest.raises(TrackingError, match=r"mlflow\.db"):
        runs.open_experiment(f"sqlite:///{tmp_path}/mlflow.db", "any")


def test_the_folder_of_a_local_store_is_made(tmp_path):
    runs.open_experiment(f"sqlite:///{tmp_path}/new/mlflow.db", "any")
    assert (tmp_path / "new/mlflow.db").exists()


def test_a_server_that_takes_the_call_and_never_answers_is_given_up_soon():
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(TrackingError, match="does not answer"):
        store.connect(f"http://127.0.0.1:{mute.getsockname()[1]}")
    assert time.monotonic() - began < 30


def test_the_token_of_the_environment_is_shown_to_the_server(monkeypatch):
    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.shown = self.headers["Authorization"]
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.raises(TrackingError):
        store.connect(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    assert server.shown == "Bearer t0ken"


def test_a_password_stays_out_of_what_a_store_says():
    assert store.redacted("request to http://me:secret@host/x failed") == "request to http://me:***@host/x failed"
