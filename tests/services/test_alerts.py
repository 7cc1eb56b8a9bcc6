"""Alerts over HTTP: read, acknowledged, closed, counted for Prometheus."""

import asyncio
import re
from functools import partial

import pytest
from prometheus_client.parser import text_string_to_metric_families

import serving
from churn.errors import ServiceError
from churn.lifecycle.alerting import raised
from churn.services.api import guard, keys
from churn.services.api.alert_figures import LABELS
from churn.services.api.state import State
from churn.services.client.async_client import AsyncChurnClient
from churn.services.client.client import ChurnClient
from churn.stores.ledger import deliveries
from churn.stores.ledger.deliveries import Owed
from churn.stores.ledger.opened import opened as ledger_of
from postgres import started
from scored import NOW
from serving import told

PATH, BOOKS = "/monitoring/alerts", "monitoring/runbooks"


@pytest.fixture(scope="module")
def postgres():
    with started() as server:
        yield server


async def up(known, kind="model_refused", **more):
    return await known.ledger.do(partial(raised.raise_, kind=kind, words="words", at=NOW, **more))


async def done(api, which, deed, status=200, **given):
    answer = await api.post(f"{PATH}/{which}/{deed}", json=given)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(params=["sqlite", "postgresql"])
async def stored(request, place, postgres):
    """Give a service on each database in turn."""
    env = {"CHURN_DATABASE_URL": postgres.emptied()} if request.param == "postgresql" else {}
    known = State.of(serving.settings(place, **env))
    if env:
        known.ledger._migrate = True
    async with serving.opened(known) as api:
        yield api, known


async def test_an_alert_is_read_acknowledged_and_closed_with_who_and_why(stored):
    api, known = stored
    found = await up(known)
    (one,) = (await told(api, PATH))["alerts"]
    assert (one["state"], one["owner"], one["acknowledged_by"]) == ("open", "on-call", None)
    assert one["runbook"] == "monitoring/runbooks/service.md#model_refused"
    assert one["title"].startswith("A promoted model is not fit")
    assert one["first"].startswith("Read why it was refused")
    taken = await done(api, "model_refused", "acknowledge", who="ann", note="looking")
    assert (taken["state"], taken["acknowledged_by"], taken["note"]) == ("acknowledged", "ann (local)", "looking")
    assert (await told(api, PATH))["open"] == 1
    over = await done(api, found["id"], "resolve", note="rolled back")
    assert (over["state"], over["resolved_by"], over["note"]) == ("resolved", "local", "looking / rolled back")
    assert (await told(api, PATH))["open"] == 0
    assert (await done(api, found["id"], "resolve"))["resolved_by"] == "local"
    assert "resolved already" in (await done(api, "model_refused", "acknowledge", 409))["detail"]


async def test_who_was_told_stands_beside_the_alert(api, known):
    owed = Owed((await up(known))["id"], "raised-high", "mail", 0)
    await known.ledger.do(partial(deliveries.claim, owed=[owed], at=NOW))
    await known.ledger.do(partial(deliveries.note, one=owed, at=NOW, state="failed", fault="no such box"))
    (one,) = (await told(api, PATH))["alerts"]
    (row,) = one["deliveries"]
    assert (row["channel"], row["state"], row["tries"], row["fault"]) == ("mail", "failed", 1, "no such box")


@pytest.mark.parametrize(
    ("which", "status", "given"),
    [("nothing", 404, {}), ("No-Such", 422, {}), ("x" * 65, 422, {}), ("x", 422, {"note": ""}),
     ("x", 422, {"note": "y" * 501}), ("x", 422, {"who": "a\nb"}), ("x", 422, {"more": 1})],
)  # fmt: skip
async def test_what_cannot_be_done_is_refused_in_words(api, which, status, given):
    for deed in ("acknowledge", "resolve"):
        assert (await done(api, which, deed, status, **given))["detail"]


async def test_only_an_administrator_may_acknowledge_and_close(place):
    settings = serving.settings(place)
    reader, boss = (keys.add(settings.keys_file, name, [scope]) for name, scope in (("r", "predict"), ("b", "admin")))
    known = State.of(settings)
    async with serving.opened(known) as api:
        await up(known)
        for key, status in ((reader, 403), (boss, 200)):
            answer = await api.post(f"{PATH}/model_refused/acknowledge", json={}, headers={"x-api-key": key})
            assert answer.status_code == status
        assert (await api.get(PATH, headers={"x-api-key": reader})).json()["alerts"][0]["acknowledged_by"] == "b"
    assert guard.scope_of("GET", PATH) == "predict"


async def test_simulated_alerts_are_told_by_themselves_and_only_where_they_may_be(place):
    async with serving.opened(State.of(serving.settings(place))) as api:
        await told(api, f"{PATH}?purpose=simulated", 403)
        assert (await api.post(f"{PATH}/x/resolve?purpose=simulated", json={})).status_code == 403
    known = State.of(serving.settings(place, CHURN_SIMULATION="1"))
    async with serving.opened(known) as api:
        await up(known, purpose="simulated")
        assert (await told(api, PATH))["total"] == 0
        assert (await told(api, f"{PATH}?purpose=simulated"))["total"] == 1


def figures(page):
    return {
        (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name.startswith("churn_alerts")
    }


async def test_prometheus_reads_what_stands_and_not_what_is_over(api, known):
    await up(known), await up(known, "drift"), await up(known, "labels")
    await done(api, "labels", "acknowledge")
    await done(api, "drift", "resolve")
    assert figures((await api.get("/metrics")).text) == {
        ("churn_alerts_known",): 1,
        (
            "churn_alerts",
            "model_refused",
            "high",
            "open",
            "production",
            "on-call",
            f"{BOOKS}/service.md#model_refused",
        ): 1,
        ("churn_alerts", "labels", "high", "acknowledged", "production", "data owner", f"{BOOKS}/labels.md#labels"): 1,
    }
    await done(api, "labels", "resolve")
    assert not [one for one in figures((await api.get("/metrics")).text) if "labels" in one]
    assert "churn_monitor_last_seconds{" not in (await api.get("/metrics")).text
    await known.ledger.do(partial(deliveries.beat, purpose="production", at=NOW))
    await known.ledger.do(partial(deliveries.beat, purpose="production", at=NOW + 5_000_000))
    page = (await api.get("/metrics")).text
    told = re.search(r'^churn_monitor_last_seconds{purpose="production"} (.+)$', page, re.MULTILINE)
    assert float(told[1]) == pytest.approx((NOW + 5_000_000) / 1e6)


async def test_without_the_ledger_it_is_said_that_alerts_are_not_known(api, known):
    await up(known)
    await known.ledger.close()
    assert figures((await api.get("/metrics")).text) == {("churn_alerts_known",): 0}


async def test_the_client_acknowledges_and_closes(place):
    async with ledger_of(serving.settings(place), migrate=True) as ledger:
        await ledger.do(partial(raised.raise_, kind="model_refused", words="words", at=NOW))
    with serving.running(place) as url:
        with ChurnClient(url) as client:
            taken = await asyncio.to_thread(client.acknowledge, "model_refused", note="n", who="ann")
            assert (taken.state, taken.acknowledged_by, taken.note) == ("acknowledged", "ann (local)", "n")
            with pytest.raises(ServiceError, match="no alert has the id or kind 'other'") as fault:
                await asyncio.to_thread(client.acknowledge, "other")
            assert fault.value.status == 404
        async with AsyncChurnClient(url) as client:
            assert (await client.resolve(taken.id)).state == "resolved"
            assert (await client.alerts()).open == 0
