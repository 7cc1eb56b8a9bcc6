"""From the ledger to real ends: what is owed arrives once, what hangs is left, and nobody is told nothing silently."""

import asyncio
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

import serving
import sinks
from churn.lifecycle.alerting import delivery, raised
from churn.params.alerts import Alerts
from churn.stores.ledger import alerts as stored
from churn.stores.ledger import deliveries, entries
from churn.stores.ledger.deliveries import Owed
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries.alerts import alerts

ROOT = Path(__file__).parents[3]
KNOBS = Alerts(timeout_seconds=0.5, tries=2)
NOW = 1_770_000_000_000_000
SECOND, HOUR = 1_000_000, 3_600_000_000


@pytest.fixture
def place(tmp_path):
    return tmp_path


def known(place, hook=None, box=None, **changes):
    env = {"CHURN_ALERT_WEBHOOK": hook.url} if hook else {}
    if box:
        env |= {"CHURN_ALERT_SMTP": f"smtp://127.0.0.1:{box.port}", "CHURN_ALERT_MAIL_TO": "a@example.com"}
    return serving.settings(place, **env | changes)


def do(settings, deed):
    async def done():
        async with opened(settings, migrate=True) as ledger:
            return await ledger.do(deed)

    return asyncio.run(done())


def listed(settings, purpose="production"):
    async def told():
        async with opened(settings, migrate=True) as ledger:
            return await ledger.read(alerts, 0, 100, 0, purpose=purpose)

    return {one["kind"]: one for one in asyncio.run(told())["alerts"]}


def up(settings, kind="model_refused", at=NOW, **more):
    return do(settings, partial(raised.raise_, kind=kind, words=f"{kind} happened", at=at, **more))


def test_an_alert_is_told_by_both_channels_once_and_then_that_it_is_over(place):
    with sinks.hook() as hook, sinks.box() as box:
        settings = known(place, hook, box)
        up(settings)
        assert {(one.event, one.channel, one.state) for one in delivery.deliver(settings, KNOBS, NOW)} == {
            ("raised-high", "webhook", "sent"), ("raised-high", "mail", "sent")}  # fmt: skip
        assert delivery.deliver(settings, KNOBS, NOW + SECOND) == []
        do(settings, partial(raised.acknowledge, which="model_refused", at=NOW + SECOND, by="ann"))
        delivery.deliver(settings, KNOBS, NOW + SECOND)
        do(settings, partial(raised.resolve, kind="model_refused", at=NOW + 2 * SECOND, by="sync"))
        delivery.deliver(settings, KNOBS, NOW + 2 * SECOND)
        assert [one["event"] for one in hook.got] == ["raised", "acknowledged", "resolved"]
        assert len(box.letters) == 3
        (one,) = listed(settings).values()
        assert one["owner"] == "on-call"
        assert sorted({row["event"] for row in one["deliveries"]}) == ["acknowledged", "raised-high", "resolved"]
        assert {row["state"] for row in one["deliveries"]} == {"sent"}


def test_without_a_channel_nothing_is_opened_and_nothing_sent(place):
    assert delivery.deliver(known(place), KNOBS, NOW) == []
    assert not (place / "ledger.db").exists()


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_a_webhook_that_hangs_holds_up_neither_the_mail_nor_the_turn(place, mode):
    with sinks.hook(mode) as hook, sinks.box() as box:
        settings = known(place, hook, box)
        for kind in ("model_refused", "realised", "labels"):
            up(settings, kind)
        began = time.monotonic()
        told = delivery.deliver(settings, KNOBS, NOW)
        assert time.monotonic() - began < 5
        assert len(box.letters) == 3
        (hung,) = [one for one in told if one.channel == "webhook"]  # the other two wait for the next turn
        assert hung.state == "failed"
        assert "within" in hung.fault or "was not done" in hung.fault


def test_what_failed_is_tried_again_then_given_up_which_is_an_alert_until_the_channel_takes_messages_again(place):
    with sinks.hook(503) as hook, sinks.box() as box:
        settings = known(place, hook, box)
        up(settings)
        delivery.deliver(settings, KNOBS, NOW)
        assert delivery.deliver(settings, KNOBS, NOW + 29 * SECOND) == []
        (second,) = delivery.deliver(settings, KNOBS, NOW + 31 * SECOND)
        assert (second.channel, second.state) == ("webhook", "given_up")
        complaint = listed(settings)["alerts_undelivered"]
        assert (complaint["severity"], complaint["state"]) == ("high", "open")
        assert "webhook took no message about model_refused" in complaint["words"]
        assert "SECRET" not in complaint["words"]
        delivery.deliver(settings, KNOBS, NOW + 40 * SECOND)
        assert any(b"alerts_undelivered" in letter.content for letter in box.letters)
        hook.mode = 200
        delivery.deliver(settings, KNOBS, NOW + HOUR)
        assert listed(settings)["alerts_undelivered"]["state"] == "resolved"


def test_a_channel_that_is_dead_for_days_raises_one_alert_and_no_storm(place):
    with sinks.hook(500) as hook:
        settings = known(place, hook)
        up(settings)
        for hours in range(0, 48, 8):
            delivery.deliver(settings, KNOBS, NOW + hours * HOUR)
        found = listed(settings)
        assert sorted(found) == ["alerts_undelivered", "model_refused"]
        assert len(hook.got) <= 6


def test_channels_that_are_set_up_wrongly_are_an_alert_and_end_nothing(place):
    settings = known(place, CHURN_ALERT_WEBHOOK="no address")
    up(settings)
    assert delivery.deliver(settings, KNOBS, NOW) == []
    assert "CHURN_ALERT_WEBHOOK is no http" in listed(settings)["alerts_undelivered"]["words"]


def test_a_message_that_a_kill_broke_off_is_sent_later(place):
    with sinks.hook() as hook:
        settings = known(place, hook)
        owed = Owed(up(settings)["id"], "raised-high", "webhook", 0)
        do(settings, partial(deliveries.claim, owed=[owed], at=NOW))
        assert delivery.deliver(settings, KNOBS, NOW) == []
        assert [one.state for one in delivery.deliver(settings, KNOBS, NOW + 31 * SECOND)] == ["sent"]
        assert len(hook.got) == 1


def test_many_who_send_at_once_send_each_message_once(place):
    with sinks.hook() as hook:
        settings = known(place, hook)
        for kind in ("model_refused", "realised", "labels", "errors"):
            up(settings, kind)

        async def all_at_once():
            turn = partial(asyncio.to_thread, delivery.deliver, settings, KNOBS, NOW)
            return await asyncio.gather(*(turn() for _ in range(3)))

        asyncio.run(all_at_once())
        assert sorted(one["kind"] for one in hook.got) == ["errors", "labels", "model_refused", "realised"]


def test_simulated_alerts_are_told_by_a_simulation_alone_and_say_so(place):
    with sinks.hook() as hook:
        settings = known(place, hook)
        up(settings, purpose="simulated")
        assert delivery.deliver(settings, KNOBS, NOW) == []
        delivery.deliver(known(place, hook, CHURN_SIMULATION="1"), KNOBS, NOW)
        (got,) = hook.got
        assert got["title"].startswith("SIMULATED, nothing is wrong")


def test_little_ones_are_shown_and_not_sent_and_a_flood_is_spread_over_turns(place):
    with sinks.hook() as hook:
        settings = known(place, hook)
        up(settings, "drift")
        assert delivery.deliver(settings, KNOBS, NOW) == []
        for number in range(5):
            up(settings, f"kind_{number}")
        few = KNOBS.model_copy(update={"at_once": 3})
        assert [len(delivery.deliver(settings, few, NOW)) for _ in range(3)] == [3, 2, 0]
        assert {one["runbook"] for one in hook.got} == {"monitoring/runbooks/alerting.md#unknown"}


def test_what_an_earlier_version_raised_is_sent_too(place):
    with sinks.hook() as hook:
        settings = known(place, hook)
        do(settings, lambda one: stored.raise_(one, "model_refused", "old words", NOW))
        assert len(delivery.deliver(settings, KNOBS, NOW)) == 1
        assert "whose: on-call" in hook.got[0]["text"]


def test_what_somebody_waits_for_goes_before_graver_ones(place):
    with sinks.hook() as hook:
        settings = known(place, hook)
        up(settings, "errors"), up(settings, "realised"), up(settings, "calibration")
        delivery.deliver(settings, KNOBS.model_copy(update={"at_once": 1}), NOW, first="calibration")
        assert [one["kind"] for one in hook.got] == ["calibration"]


def test_a_process_that_is_killed_while_it_sends_leaves_nothing_unsent(place):
    shutil.copy(ROOT / "params.yaml", place)
    with sinks.hook("hang") as hook:
        settings = known(place, hook)
        now = entries.now()
        up(settings, at=now)
        env = serving.environment(place, CHURN_ALERT_WEBHOOK=hook.url)
        sending = subprocess.Popen([sys.executable, "-m", "churn.cli", "alerts", "send"], cwd=place, env=env)
        until = time.monotonic() + 60
        while not hook.got and time.monotonic() < until:
            time.sleep(0.02)
        sending.kill()
        sending.wait()
        hook.mode = 200
        (row,) = listed(settings)["model_refused"]["deliveries"]
        assert (row["state"], row["tries"], row["fault"]) == ("failed", 1, deliveries.BEGUN)
        assert [one.state for one in delivery.deliver(settings, KNOBS, now + HOUR)] == ["sent"]
        assert [head["idempotency-key"] for head in hook.heads] == [row["id"]] * 2
