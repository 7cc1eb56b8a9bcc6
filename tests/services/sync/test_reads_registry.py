"""What the service tells of a real registry that a real sync follows, and what an administrator may ask of it."""

import asyncio
import contextlib

import pytest

import models
import serving
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.services.api import sync_asks
from churn.services.api.routes import admin
from churn.services.api.state import State
from churn.services.sync import answers
from churn.stores import bundle
from syncing import GOOD, OTHER


@pytest.fixture
async def api(two, sync, known):
    await asyncio.to_thread(sync.turn)
    async with serving.opened(State.of(known)) as client:
        yield client


@contextlib.asynccontextmanager
async def following(sync):
    """Let sync answer as its process does."""

    async def answer():
        while True:
            await asyncio.to_thread(answers.handle, sync)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(answer())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def told(api, path):
    answer = await api.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_versions_come_newest_first_with_verdict_figures_and_who_is_served(api):
    found = await told(api, "/versions")
    assert [(one["number"], one["served"]) for one in found["versions"]] == [(2, True), (1, False)]
    newest = found["versions"][0]
    assert newest["aliases"] == ["challenger", "champion"]
    assert newest["digest"] == GOOD.metadata["digest"]
    assert newest["verdict"]["state"] == "pass"
    assert newest["metrics"]["test_roc_auc"] == models.METRICS["roc_auc"]["value"]
    assert newest["params"]["family"] == "scorecard"
    assert (await told(api, "/versions?limit=1&offset=1"))["versions"][0]["number"] == 1


async def test_two_versions_are_compared_with_the_intervals_of_the_gate(api):
    found = await told(api, "/versions/compare?a=1&b=2")
    figures = {one["name"]: one for one in found["metrics"]}
    assert figures["cv_log_loss"]["difference"] == figures["cv_log_loss"]["b"] - figures["cv_log_loss"]["a"]
    assert {one["name"]: one["same"] for one in found["params"]}["rows"] is False
    assert {"low", "high", "met"} <= found["intervals"][0].keys()
    assert found["words"].startswith("the gate judged version 2")
    same = await told(api, "/versions/compare?a=1&b=1")
    assert (same["same_model"], same["migration"]) == (True, None)
    assert (await api.get("/versions/compare?a=1&b=9")).status_code == 404
    assert (await api.get("/versions/compare?a=1")).status_code == 422


async def test_two_versions_that_the_gate_compared_tell_who_changes_tier(api):
    found = (await told(api, "/versions/compare?a=1&b=2"))["migration"]
    assert [(one["challenger"], one["champion"], one["among"]) for one in found] == [(2, 1, "common"), (2, 1, "test")]
    for one in found:
        assert sum(move["customers"] for move in one["moves"]) == one["rows"]
        moved = [move for move in one["moves"] if move["champion"] != move["challenger"]]
        assert sum(move["customers"] for move in moved) == one["moved_customers"]
        assert "flips" not in one  # no single customer is told
    assert (await told(api, "/versions/compare?a=2&b=1"))["migration"] == found


async def test_experiments_tell_their_candidates_and_what_came_of_them(api):
    found = await told(api, "/experiments?limit=1")
    assert found["total"] == 2
    training = found["trainings"][0]
    assert training["candidates"]
    assert training["versions"] in ([1], [2])
    assert (await told(api, "/experiments?experiment=other"))["total"] == 0


async def test_model_info_says_who_promoted_it_and_how_fresh_sync_is(api):
    found = await told(api, "/model_info")
    assert (found["version"], found["promoted"]["who"], found["promoted"]["action"]) == (2, "tester", "promote")
    assert found["digests"].keys() >= {"data", "contract", "code", "params"}
    assert found["freshness"]["registry"] == "ok"
    assert found["freshness"]["silent_seconds"] < 60


async def test_history_tells_promotions_what_was_served_and_a_moment(api):
    found = await told(api, "/history?at=2200-01-01")
    assert [(one["number"], one["to_version"], one["ending"]) for one in found["promotions"]] == [
        (1, 1, "done"), (2, 2, "done"),
    ]  # fmt: skip
    assert found["faults"] == []
    assert found["events"][0]["version"] == 2
    assert found["then"]["champion"]["to_version"] == 2
    assert found["then"]["hosts"][0]["version"] == 2
    before = (await told(api, "/history?at=2001-01-01"))["then"]
    assert (before["champion"], before["hosts"]) == (None, [])


async def test_a_pin_holds_a_version_until_it_is_lifted(api, sync, known):
    async with following(sync):
        pinned = await api.post("/admin/pin", json={"version": 1, "why": "incident"})
        assert (pinned.status_code, pinned.json()["version"]) == (200, 1), pinned.text
        assert bundle.current(known.bundle_dir).version == 1
        request = pinned.json()["request_id"]
        assert (await told(api, f"/admin/requests/{request}"))["done"] is True
        lifted = await api.post("/admin/unpin")
        assert (lifted.status_code, lifted.json()["version"]) == (200, 2)


async def test_a_pin_to_a_version_that_does_not_exist_is_a_conflict(api, sync):
    async with following(sync):
        answer = await api.post("/admin/pin", json={"version": 99, "why": "incident"})
    assert answer.status_code == 409
    assert "no version 99" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"version": 1}, {"version": "1", "why": "x"}, {"version": 1, "why": ""}])
async def test_a_pin_says_which_version_and_why(api, body):
    assert (await api.post("/admin/pin", json=body)).status_code == 422


async def test_a_rollback_moves_the_alias_and_is_recorded(api, sync, known):
    async with following(sync):
        answer = await api.post("/admin/rollback", json={"why": "calls too many"})
        assert (answer.status_code, answer.json()["version"]) == (200, 1), answer.text
        again = await api.post("/admin/rollback", json={"why": "further"})
        assert again.status_code == 409
    record = promotion.history(known, models.REGISTER)[-1].intent
    assert (record.action, record.who, record.why) == ("rollback", "local", "calls too many")


async def test_a_reload_follows_the_alias_at_once(api, sync, known):
    await asyncio.to_thread(promotion.rollback, known, models.REGISTER, Author("tester", "back"))
    async with following(sync):
        answer = await api.post("/admin/reload")
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


async def test_a_slow_sync_is_promised_and_can_be_asked_later(api, sync, monkeypatch):
    monkeypatch.setattr(admin, "WAIT_SECONDS", 0.1)
    answer = await api.post("/admin/reload")
    name = answer.json()["request_id"]
    assert (answer.status_code, answer.json()["done"]) == (202, False)
    assert (await told(api, f"/admin/requests/{name}"))["done"] is False
    await asyncio.to_thread(answers.handle, sync)
    assert (await told(api, f"/admin/requests/{name}"))["ok"] is True
    assert (await api.get("/admin/requests/0198f0c3a1b25f0e-9d7c6b5a")).status_code == 404
    assert (await api.get("/admin/requests/..%2Fpin")).status_code in (404, 422)


async def test_a_version_that_left_the_host_is_fetched_to_replay(api, sync, known):
    async with following(sync):
        await api.post("/admin/pin", json={"version": 1, "why": "incident"})
        said = await _scored_by(api, 1)
        await api.post("/admin/unpin")
        await _scored_by(api, 2)
        bundle.prune(known.bundle_dir, {2})
        assert bundle.of_version(known.bundle_dir, 1) is None
        found = await told(api, f"/predictions/{said['prediction_id']}")
    assert (found["model_digest"], found["replay"]["exact"]) == (OTHER.metadata["digest"], True)
    assert found["data_digest"]


async def _scored_by(api, version):
    """Score until the worker has seen the pointer move."""
    for _ in range(100):
        said = (await api.post("/predict", json=serving.customer())).json()
        if said["model_version"] == version:
            return said
        await asyncio.sleep(0.05)
    raise AssertionError(said)


async def test_too_many_requests_that_wait_are_refused(api, monkeypatch):
    monkeypatch.setattr(admin, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(sync_asks.asks, "MOST", 2)
    statuses = [(await api.post("/admin/reload")).status_code for _ in range(3)]
    assert statuses == [202, 202, 503]
