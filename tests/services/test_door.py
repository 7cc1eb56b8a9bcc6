"""Keys, scopes, rates, headers, and who may ask while no key exists."""

import json

import httpx
import pytest

import serving
from churn.services.api.app import build


@pytest.mark.parametrize(
    ("client", "host", "more"),
    [
        (("10.0.0.7", 5), "127.0.0.1", {}),
        (("127.0.0.1", 5), "evil.example", {}),
        (("127.0.0.1", 5), "127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}),
    ],
)
async def test_without_keys_only_this_machine_may_ask(known, client, host, more):
    transport = httpx.ASGITransport(build(known), client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as api:
        answer = await api.post("/predict", json=serving.customer(), headers={"host": host} | more)
        assert answer.status_code == 401
        assert "churn keys add" in answer.json()["detail"]


async def test_every_answer_is_safe_to_hand_on(api):
    for answer in (await api.get("/health"), await api.post("/predict", json={}), await api.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-request-id"]
        assert "server" not in answer.headers


async def test_a_request_id_is_taken_up_if_it_is_one(api):
    assert (await api.get("/health", headers={"X-Request-Id": "abc-1"})).headers["x-request-id"] == "abc-1"
    assert (await api.get("/health", headers={"X-Request-Id": "a b\x7f"})).headers["x-request-id"] != "a b\x7f"


async def test_unknown_addresses_and_methods_are_problems(api):
    assert (await api.get("/nowhere")).json()["status"] == 404
    wrong = await api.get("/predict")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.headers["content-type"] == "application/problem+json"


async def test_metrics_count_what_was_asked(api):
    await api.post("/predict", json=serving.customer())
    page = (await api.get("/metrics")).text
    assert 'churn_requests_total{method="POST",route="/predict",status="200"}' in page
    assert 'churn_predictions_total{door="predict",model_version="1",purpose="production"}' in page
    assert "churn_ledger_up 1.0" in page


async def test_the_description_names_every_status_that_is_given(api):
    told = (await api.get("/openapi.json")).json()
    predict = told["paths"]["/predict"]["post"]
    assert {"200", "400", "401", "403", "413", "415", "422", "429", "503"} <= set(predict["responses"])
    row = predict["requestBody"]["content"]["application/json"]["schema"]
    assert (await api.post("/predict", json=row["example"])).status_code == 200
    assert (await api.get("/docs")).status_code == 200
    assert "cdn" not in (await api.get("/docs")).text
    assert (await api.get("/static/swagger-ui-bundle.js")).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-Forwarded-Host": "churn.example"},
        {"Via": "1.1 proxy"},
    ],
)
async def test_a_page_of_another_site_may_not_ask_in_a_visitors_name(api, more):
    assert (await api.post("/admin/unpin", headers=more)).status_code in {401, 403}
    assert (await api.post("/predict", json=serving.customer(), headers=more)).status_code in {401, 403}
    own = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert (await api.post("/predict", json=serving.customer(), headers=own)).status_code == 200


async def test_what_can_be_meant_once_is_not_said_twice(api):
    assert (await api.get("/customers?segment=Contract:Two%20year&segment=gender:Male&tier=high")).status_code == 200
    for path in ("/customers?limit=1&limit=2", "/history?at=2020-01-01&at=2021-01-01", "/call-list?limit=1&limit=1"):
        answer = await api.get(path)
        assert (answer.status_code, "stands twice" in answer.text) == (422, True), path


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/invocations", "/outcomes", "/predict/file"])
async def test_a_compressed_body_is_refused_at_every_door(api, path):
    media = {"content-type": "text/csv" if path == "/predict/file" else "application/json"}
    answer = await api.post(path, content=b"{}", headers={**media, "content-encoding": "gzip"})
    assert (answer.status_code, "uncompressed" in answer.text) == (415, True)


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("Application/JSON", 200),
        ("application/json ; charset=utf-8", 200),
        ("application/jsonx", 415),
        ("text/plain", 415),
        ("", 415),
    ],
)
async def test_json_is_named_in_any_case(api, media, status):
    body = json.dumps(serving.customer())
    headers = {"content-type": media, "content-encoding": "Identity"}
    assert (await api.post("/predict", content=body, headers=headers)).status_code == status


async def test_what_is_missing_is_said_in_plain_words(api):
    (fault, _) = (await api.get("/versions/compare?b=1&c=2")).json()["errors"]
    assert fault == {"column": "a", "reason": "is missing among the query parameters"}
    (fault,) = (await api.post("/admin/pin", headers={"content-type": "application/json"})).json()["errors"]
    assert fault == {"column": "body", "reason": "is missing"}
    (_, fault) = (await api.post("/admin/pin", json={})).json()["errors"]
    assert fault == {"column": "version", "reason": "is missing in the body"}
    (fault,) = (await api.get("/history?at=1")).json()["errors"]
    assert fault["reason"].startswith("is spelt as")
