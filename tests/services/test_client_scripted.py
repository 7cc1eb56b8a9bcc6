"""What the client makes of answers that a service gives on a bad day, or that another service gives."""

import time

import pytest

import serving
from churn.errors import ServiceDown, ServiceError, ServiceSlow, ServiceStrange
from churn.services.client.client import ChurnClient
from scripted import Scripted, problem, told
from serving import CUSTOMER

GOOD = {
    "churn_probability": 0.5, "churn": True, "offer": True, "expected_value": 1.0, "risk_tier": "high",
    "model_version": 1, "prediction_id": "a",
}  # fmt: skip


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


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"no gzip", {"content-encoding": "gzip"}),
        told({"title": "Bad", "detail": "d", "errors": "many"}, 422),
        told({"title": "Bad", "detail": "d", "errors": ["many"]}, 422),
    ],
)
def test_what_cannot_be_read_is_a_fault_in_words(answer):
    with Scripted(answer) as server, ChurnClient(server.url, patience=0) as client, pytest.raises(ServiceStrange):
        client.health()


def test_a_password_in_the_address_is_never_told():
    with ChurnClient(f"http://joe:s3cret@127.0.0.1:{serving.free_port()}", patience=0) as client:
        with pytest.raises(ServiceDown) as away:
            client.health()
        assert "s3cret" not in f"{away.value}{client.url}"


@pytest.mark.parametrize("name", [".", "..", "a/../b"])
def test_a_name_is_never_the_way_to_another_address(name):
    with Scripted(problem(404)) as server, ChurnClient(server.url, patience=0) as client:
        with pytest.raises(ServiceError):
            client.last_prediction(name)
        ((_, path, _),) = server.asked
        spelt = {".": "%2E", "..": "%2E%2E", "a/../b": "a%2F..%2Fb"}[name]
        assert path.partition("?")[0] == f"/customers/{spelt}/prediction"
