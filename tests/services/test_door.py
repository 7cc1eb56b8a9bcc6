"""Keys, scopes, rates, headers, and who may ask while no key exists."""

import json

import httpx
import pytest

import serving
from churn.errors import SettingsError
from churn.services.api import keys
from churn.services.api.app import build
from churn.services.api.state import State


@pytest.fixture
def secrets(place):
    path = place / "keys.json"
    return {
        "app": keys.add(path, "app", ["predict"]),
        "crm": keys.add(path, "crm", ["feedback"]),
        "boss": keys.add(path, "boss", ["admin"]),
        "slow": keys.add(path, "slow", ["predict"], rate=1),
    }


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


async def test_without_a_key_nobody_enters_once_there_are_keys(place, secrets):
    async with serving.opened(State.of(serving.settings(place))) as api:
        for headers in ({}, bearer("churn-app-wrong"), {"Authorization": "Basic abc"}, {"X-API-Key": ""}):
            answer = await api.post("/predict", json=serving.customer(), headers=headers)
            assert answer.status_code == 401, headers
            assert answer.headers["www-authenticate"].startswith("Bearer")
        assert (await api.get("/health")).status_code == 200


@pytest.mark.parametrize("spelling", [bearer, lambda key: {"x-api-key": key}])
async def test_a_key_opens_what_its_scope_says(place, secrets, spelling):
    async with serving.opened(State.of(serving.settings(place))) as api:
        body = serving.customer()
        assert (await api.post("/predict", json=body, headers=spelling(secrets["app"]))).status_code == 200
        assert (await api.post("/predict", json=body, headers=spelling(secrets["crm"]))).status_code == 403
        assert (await api.post("/predict", json=body, headers=spelling(secrets["boss"]))).status_code == 200
        assert (await api.post("/outcomes", json={}, headers=spelling(secrets["app"]))).status_code == 403
        assert (await api.post("/admin/reload", headers=spelling(secrets["crm"]))).status_code == 403
        assert (await api.delete("/customers/x", headers=spelling(secrets["app"]))).status_code == 403


async def test_a_rate_is_held_and_says_when_to_come_back(place, secrets):
    async with serving.opened(State.of(serving.settings(place))) as api:
        answers = [
            await api.post("/predict", json=serving.customer(), headers=bearer(secrets["slow"])) for _ in range(4)
        ]
        assert [one.status_code for one in answers][:2] == [200, 200]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert (await api.post("/predict", json=serving.customer(), headers=bearer(secrets["app"]))).status_code == 200


def test_keys_are_kept_as_digests_and_taken_away(place, secrets):
    path = place / "keys.json"
    text = path.read_text()
    assert not any(secret in text for secret in secrets.values())
    assert path.stat().st_mode & 0o077 == 0
    known = keys.Keys(path)
    assert known.caller(secrets["app"].encode()).name == "app"
    keys.revoke(path, "app")
    known.refresh()
    assert known.caller(secrets["app"].encode()) is None
    with pytest.raises(SettingsError, match="revoke it first"):
        keys.add(path, "crm", ["predict"])
    with pytest.raises(SettingsError, match="no scope"):
        keys.add(path, "new", ["root"])


def test_the_last_key_revoked_does_not_open_the_door(place):
    path = place / "keys.json"
    keys.add(path, "only", ["predict"])
    keys.revoke(path, "only")
    assert keys.Keys(path).configured


def test_a_broken_file_of_keys_does_not_open_the_door(place):
    (place / "keys.json").write_text("{")
    with pytest.raises(SettingsError, match="not a file of keys"):
        State.of(serving.settings(place))


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


STATUS = ['{"registry": 5}', '{"words": 7}', '{"refused": [1]}', '{"at": 1e999}', '{"at": ' + "[" * 5000, "\0", "[]",
          '{"at": ' + "[" * 900 + "]" * 900 + "}"]  # fmt: skip
REGISTRY = ["{}", "[]", '{"versions": [1, 2]}', '{"versions": null}', "[" * 5000,
            '{"model": "m", "aliases": {}, "versions": [{}], "promotions": [1], "experiments": 5}']  # fmt: skip


@pytest.mark.parametrize("content", STATUS)
async def test_a_status_that_cannot_be_read_is_unknown(api, place, content):
    (place / "bundle" / "status.json").write_text(content)
    for path in ("/ready", "/model_info", "/metrics"):
        assert (await api.get(path)).status_code == 200, path
    told = (await api.get("/ready")).json()
    assert (told["status"], told["registry"]["ok"]) == ("degraded", False)
    assert "unknown" in told["registry"]["words"]


@pytest.mark.parametrize("content", REGISTRY)
async def test_a_registry_notice_that_cannot_be_read_is_said_to_be(api, place, content):
    (place / "bundle" / "registry.json").write_text(content)
    for path in ("/versions", "/versions/compare?a=1&b=1", "/experiments"):
        answer = await api.get(path)
        assert (answer.status_code, "registry.json" in answer.json()["detail"]) == (503, True), path
    assert (await api.get("/history")).json()["promotions"] is None


@pytest.mark.parametrize("content", ["garbage", "{}", "[1]", '{"ok": 1, "words": "x"}', "[" * 5000])
async def test_an_answer_of_sync_that_cannot_be_read_is_said_to_be(api, place, content):
    (place / "bundle" / "results").mkdir()
    name = "18ea03a588fbe7ef-d6b096f7"
    (place / "bundle" / "results" / f"{name}.json").write_text(content)
    told = (await api.get(f"/admin/requests/{name}")).json()
    assert (told["ok"], "cannot be read" in told["words"]) == (False, True)
