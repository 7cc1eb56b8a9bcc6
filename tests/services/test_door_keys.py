"""Who may enter: by key, scope and rate."""

import pytest

import serving
from churn.errors import SettingsError
from churn.services.api import keys
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


def test_who_could_read_the_keys_still_can_when_they_change(tmp_path):
    path = tmp_path / "keys.json"
    keys.add(path, "first", ["predict"])
    path.chmod(0o644)
    keys.add(path, "second", ["predict"])
    assert path.stat().st_mode & 0o777 == 0o644
    keys.revoke(path, "second")
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_last_key_revoked_does_not_open_the_door(place):
    path = place / "keys.json"
    keys.add(path, "only", ["predict"])
    keys.revoke(path, "only")
    assert keys.Keys(path).configured


def test_a_broken_file_of_keys_does_not_open_the_door(place):
    (place / "keys.json").write_text("{")
    with pytest.raises(SettingsError, match="not a file of keys"):
        State.of(serving.settings(place))
