"""Keys, scopes, rates, headers, and who may ask while no key exists."""

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
