"""Alerts are taken and closed on the page Model health."""

import asyncio
from functools import partial

import pytest

import serving
from churn.lifecycle.alerting import raised
from churn.services.api import keys
from churn.services.client.client import ChurnClient
from churn.stores.ledger import deliveries
from churn.stores.ledger.deliveries import Owed
from churn.stores.ledger.opened import opened
from looking import words
from scored import NOW


@pytest.fixture(scope="module")
def alarmed(tmp_path_factory):
    """Run a service that has two open alerts, and keys; give its address and the keys."""
    folder = tmp_path_factory.mktemp("alarmed")
    serving.bundled(folder / "bundle")
    settings = serving.settings(folder)

    async def fill():
        async with opened(settings, migrate=True) as ledger:
            for kind in ("model_refused", "labels"):
                one = await ledger.do(partial(raised.raise_, kind=kind, words=f"{kind} happened", at=NOW))
                await ledger.do(partial(deliveries.claim, owed=[Owed(one["id"], "raised-high", "mail", 0)], at=NOW))

    asyncio.run(fill())
    made = {name: keys.add(settings.keys_file, name, [name]) for name in ("predict", "admin")}
    with serving.running(folder) as url:
        yield url, made


def alerts(look, url, key):
    seen = look("health", url, CHURN_API_KEY=key)
    return seen.segmented_control(key="section").set_value("Alerts").run()


def test_an_alert_is_taken_then_closed_and_the_page_says_who_and_whom_it_was_told(look, alarmed):
    url, made = alarmed
    seen = alerts(look, url, made["admin"])
    table = seen.dataframe[0].value
    assert set(table["State"]) == {"open"}
    assert set(table["Told"]) == {"mail failed, is tried again"}
    assert "Do not retrain" in words(seen) or "Read why it was refused" in words(seen)
    first = seen.selectbox(key="health_alert").value
    seen.text_input(key="health_alert_note").set_value("looking at it").run()
    seen = seen.button(key="health_alert_acknowledge").click().run()
    assert not seen.exception
    assert "is looked after now" in words(seen)
    with ChurnClient(url, made["admin"]) as client:
        one = next(one for one in client.alerts().alerts if one.id == first)
        assert (one.state, one.acknowledged_by, one.note) == ("acknowledged", "admin", "looking at it")
    seen.selectbox(key="health_alert").set_value(first).run()
    assert seen.button(key="health_alert_acknowledge").disabled
    seen = seen.button(key="health_alert_resolve").click().run()
    assert "is closed" in words(seen)
    assert sorted(seen.dataframe[0].value["State"]) == ["open", "resolved"]


def test_a_key_that_may_not_says_so_and_what_to_do(look, alarmed):
    url, made = alarmed
    seen = alerts(look, url, made["predict"])
    seen = seen.button(key="health_alert_acknowledge").click().run()
    assert not seen.exception
    assert "has no scope admin" in words(seen)
    assert any(one.value.startswith("churn alerts ack ") for one in seen.code)
