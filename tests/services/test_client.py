"""The client against a running service, and against addresses where something else happens."""

import asyncio
import csv
import http.server
import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

import serving
from churn.errors import ServiceDown, ServiceError, ServiceSlow, ServiceStrange
from churn.services.client.client import AsyncChurnClient, ChurnClient
from churn.stores.files import digest
from customers import invent
from serving import CUSTOMER, customer

TODAY = datetime.now(UTC).date()
GOOD = {
    "churn_probability": 0.5, "churn": True, "offer": True, "expected_value": 1.0, "risk_tier": "high",
    "model_version": 1, "prediction_id": "a",
}  # fmt: skip


@pytest.fixture
def client(service):
    with ChurnClient(service) as found:
        yield found


class Scripted:
    """A server that answers what it is told to, in turn, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked, self.keys = list(answers), [], []
        script = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.do_GET()

            def do_GET(self):
                script.asked.append((self.command, self.path, self.headers.get("idempotency-key")))
                script.keys.append(self.headers.get("authorization"))
                status, body, headers = script.answers.pop(0)
                if status is None:
                    time.sleep(body)
                    return
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *fault):
        self.server.shutdown()
        self.server.server_close()


def told(content, status=200, **headers):
    return status, json.dumps(content).encode(), {name.replace("_", "-"): value for name, value in headers.items()}


def problem(status, **headers):
    return told({"title": "Busy", "status": status, "detail": "too much waits"}, status, **headers)


def test_a_prediction_comes_typed_and_can_be_asked_why(client):
    found = client.predict(CUSTOMER, purpose="test")
    assert 0 < found.churn_probability < 1
    assert found.offer == (found.expected_value > 0)
    why = client.why(found.prediction_id)
    assert why.inputs == CUSTOMER
    assert why.replay.difference == 0.0


def test_reasons_and_changes_come_on_demand(client):
    assert client.predict(CUSTOMER, purpose="test").reasons is None
    found = client.predict(CUSTOMER, explain=True, purpose="test")
    assert all(one.text and one.direction in ("raises", "lowers") for one in found.reasons)


def test_a_batch_keeps_the_rejected_apart(client):
    found = client.predict_batch([CUSTOMER, customer(tenure=-1), CUSTOMER], purpose="test")
    assert [one.index for one in found.predictions] == [0, 2]
    assert [(one.index, one.column) for one in found.rejects] == [(1, "tenure")]


def test_a_refusal_says_status_and_cells(client):
    with pytest.raises(ServiceError, match="tenure is a whole number") as refusal:
        client.predict(customer(tenure=-1))
    fault = refusal.value
    assert (type(fault), fault.status, fault.errors[0]["column"]) == (ServiceError, 422, "tenure")
    assert fault.request_id


def test_the_last_prediction_is_the_one_made_last(client):
    client.predict(customer(customerID="client/1", tenure=1))
    last = client.predict(customer(customerID="client/1", tenure=60, TotalCharges=1800.0))
    assert client.last_prediction("client/1").prediction_id == last.prediction_id


def test_feedback_goes_round(client):
    name = "client-feedback"
    about = client.predict(customer(customerID=name), purpose="test").prediction_id
    first = client.outcome(name, True, TODAY, prediction_id=about)
    assert (first.purpose, first.repeated) == ("test", False)
    assert client.outcome(name, True, TODAY, prediction_id=about).repeated
    with pytest.raises(ServiceError) as contradiction:
        client.outcome(name, False, TODAY, prediction_id=about)
    assert contradiction.value.status == 409
    many = client.outcomes([{"customer_id": name, "churned": True, "observed_on": str(TODAY)}, {"customer_id": ""}])
    assert (many.noted, many.rejected) == (1, 1)
    assert not client.contact(name, datetime.now(UTC), "phone", "one year, 50 off").repeated
    assert not client.suppress(name, "asked us not to", TODAY + timedelta(days=30)).repeated
    assert client.erase(name).counts["outcome"] >= 1


def test_everything_that_the_dashboard_reads_is_typed(client):
    client.predict(customer(customerID="client-page"))
    assert client.customers(limit=5, segment=("Contract:Month-to-month",), offer=None).customers
    assert client.portfolio().customers >= 1
    assert client.call_list(capacity=3).words
    assert client.call_list(holdout=0.5, arm="held_out", tier="high", segment=("Contract:Two year",)).quarter
    assert client.excluded(cause="contacted", limit=1).total >= 0
    assert client.curve(offer=10.0, months=6).assumptions.offer == 10.0
    assert client.campaign().words
    assert client.model_info().version == 1
    assert client.history(at=datetime.now(UTC)).then is not None
    assert client.performance(window_days=30).words
    assert client.drift().state in ("moved", "watch", "stable", "unknown")
    assert len(client.drift(windows=3, window_days=1).by_window) == 3
    assert client.service(days=1).requests > 0
    assert client.alerts().total >= 0
    assert client.alerts(severity=("high", "critical")).total == 0
    assert client.ready().simulation is False
    assert client.health().status == "alive"
    assert client.ready().model_version == 1


def test_what_the_registry_never_told_is_refused_in_words(client):
    client.patience = 0
    for ask in (client.versions, client.experiments, lambda: client.compare(1, 2), lambda: client.report("metrics")):
        with pytest.raises(ServiceError) as refusal:
            ask()
        assert refusal.value.status in (404, 503)


def test_a_file_comes_back_with_answers_and_its_rejects_apart(client, tmp_path):
    raw = invent(40)
    raw.loc[raw.index[3], "tenure"] = "soon"
    raw.drop(columns="Churn").to_csv(tmp_path / "in.csv", index=False)
    found = client.predict_file(tmp_path / "in.csv", tmp_path / "out.csv", rejects=tmp_path / "no.csv", purpose="test")
    assert found.rejected == 1
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    single = client.predict(raw.drop(columns="Churn").iloc[0].to_dict(), purpose="test")
    assert float(rows[0]["churn_probability"]) == pytest.approx(single.churn_probability, abs=1e-9)
    assert "tenure" in (tmp_path / "no.csv").read_text()
    assert client.why(f"{found.record_id}.0").input_digest == digest(tmp_path / "in.csv")


def test_a_refused_file_leaves_nothing_behind(client, tmp_path):
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ServiceError) as refusal:
        client.predict_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert 400 <= refusal.value.status < 500
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_the_other_client_does_the_same_without_waiting(service):
    async def ask():
        async with AsyncChurnClient(service) as client:
            return await asyncio.gather(*(client.predict(CUSTOMER, purpose="test") for _ in range(5)))

    found = asyncio.run(ask())
    assert len({one.prediction_id for one in found}) == 5
    assert len({one.churn_probability for one in found}) == 1


def test_the_key_goes_along():
    with Scripted(told({"status": "alive"})) as server, ChurnClient(server.url, key="s3cret") as client:
        client.health()
        assert server.keys == ["Bearer s3cret"]


def test_a_busy_service_is_asked_again_under_the_same_key_after_the_time_it_names():
    with Scripted(problem(503, retry_after="1"), problem(429), told(GOOD)) as server, ChurnClient(server.url) as client:
        began = time.monotonic()
        assert client.predict(CUSTOMER).prediction_id == "a"
        assert time.monotonic() - began >= 1
    keys = [key for _, _, key in server.asked]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert keys[0]


def test_what_would_be_done_twice_is_asked_once():
    with Scripted(problem(503)) as server, ChurnClient(server.url) as client:
        with pytest.raises(ServiceError):
            client.roll_back("why not")
        assert [path for _, path, _ in server.asked] == ["/admin/rollback"]


def test_a_refusal_for_good_is_not_asked_again():
    with Scripted(problem(422)) as server, ChurnClient(server.url) as client:
        with pytest.raises(ServiceError):
            client.predict(CUSTOMER)
        assert len(server.asked) == 1


def test_patience_ends():
    answers = [problem(503, retry_after="60")] * 2
    with Scripted(*answers) as server, ChurnClient(server.url, patience=5) as client:
        began = time.monotonic()
        with pytest.raises(ServiceError) as busy:
            client.portfolio()
        assert (busy.value.status, busy.value.retry_after) == (503, 60)
        assert time.monotonic() - began < 30


def test_a_service_that_is_away_is_down():
    with (
        ChurnClient(f"http://127.0.0.1:{serving.free_port()}", patience=0.3) as client,
        pytest.raises(ServiceDown, match="make api"),
    ):
        client.health()


def test_a_service_that_does_not_answer_in_time_is_slow():
    with Scripted((None, 0.6, {})) as server, ChurnClient(server.url, timeout=0.2, patience=0) as client:
        slow = pytest.raises(ServiceSlow, match=r"within 0\.2 s")
        with slow:
            client.health()


@pytest.mark.parametrize(
    "answer", [told({"status": 3}), (200, b"<html>", {}), (404, b"<html>not here</html>", {}), told([], 404)]
)
def test_another_version_or_service_is_strange(answer):
    with Scripted(answer) as server, ChurnClient(server.url, patience=0) as client, pytest.raises(ServiceStrange):
        client.health()


def test_a_newer_service_may_say_more():
    with Scripted(told(GOOD | {"mood": "good"})) as server, ChurnClient(server.url) as client:
        assert client.predict(CUSTOMER).churn_probability == 0.5


def test_the_client_carries_no_model_and_no_table_library():
    heavy = "numpy onnxruntime pandas pyarrow sqlalchemy fastapi mlflow sklearn"
    words = f"import sys, churn.services.client.client; print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
