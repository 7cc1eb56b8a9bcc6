"""What a turn does beside judging: it looks back at the last promotion, sends what is owed, and tells of its faults."""

import asyncio
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr

import sinks
import watched
from churn.errors import LedgerError, TrackingError
from churn.lifecycle.monitoring import follow
from churn.lifecycle.monitoring.follow import Follower
from churn.stores.ledger import deliveries
from churn.stores.ledger.opened import opened


@pytest.fixture
def hook():
    """Listen as a webhook does; give its address and what it heard."""
    heard = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


@pytest.fixture
def loud(known, hook):
    return known.model_copy(update={"alert_webhook": SecretStr(hook[0])})


def test_a_ledger_that_is_away_is_told_past_it_and_not_at_every_turn(loud, hook):
    away = loud.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/none"})
    follower = Follower(away)
    for _ in range(2):
        with pytest.raises(LedgerError):
            follower.turn(watched.end_of(0))
    (said,) = hook[1]
    assert (said["kind"], said["event"]) == ("monitor_failed", "raised")
    assert "the ledger keeps no alert of it" in said["words"]


def test_a_webhook_that_drips_does_not_end_the_watch_while_the_ledger_is_away(known):
    with sinks.hook("drip") as drip:
        away = {"database_url": "postgresql://nobody@127.0.0.1:9/none", "alert_webhook": SecretStr(drip.url)}
        follower, began = Follower(known.model_copy(update=away)), time.monotonic()
        with pytest.raises(LedgerError):
            follower.turn(watched.end_of(0))
    assert len(drip.got) == 1
    assert time.monotonic() - began < 25


def test_an_alarm_is_sent_in_the_same_turn(loud, hook, quick):
    watched.write(loud, watched.month(0), watched.month(1), watched.month(2, rows=600))
    follower = Follower(loud)
    follower.turn(watched.end_of(1))
    follower.turn(watched.end_of(2))
    assert [one["kind"] for one in hook[1]] == ["volume"]


def test_what_is_said_of_a_turn_names_the_days_and_the_version(known, quick, caplog):
    caplog.set_level("INFO", "churn.monitor")
    watched.write(known, watched.month(0), watched.month(1))
    follow.told(Follower(known).turn(watched.end_of(1)))
    said = {line.split()[0]: line for line in caplog.messages}
    assert "2019-05-14 to 2019-06-12, version 1: 1,500 customers" in said["volume"]
    assert "2019-04-14 to 2019-05-13: " in said["outcomes"]
    assert f"http://127.0.0.1:{known.api_port} does not tell" in said["errors"]


def test_a_look_back_that_fails_is_told_and_stops_no_monitoring(loud, hook, quick, monkeypatch):
    def broken(*_):
        raise TrackingError("the registry is away")

    monkeypatch.setattr(follow, "automatic", broken)
    watched.write(loud, watched.month(0))
    seen = Follower(loud).turn(watched.end_of(0))
    assert seen.readings
    assert [one["kind"] for one in hook[1]] == ["monitor_failed"]
    Follower(loud).turn(watched.end_of(0) + 1)
    assert len(hook[1]) == 1, "it goes on, and is not told anew"
    monkeypatch.undo()
    Follower(loud).turn(watched.end_of(0) + 2)
    assert [one["event"] for one in hook[1]] == ["raised", "resolved"]


def last_beat(known):
    async def asked():
        async with opened(known) as ledger:
            return await ledger.read(deliveries.last_beat, known.purpose)

    return asyncio.run(asked())


def test_a_turn_that_comes_through_leaves_a_sign_of_life_and_one_that_does_not_leaves_none(known, quick, monkeypatch):
    watched.write(known, watched.month(0))
    Follower(known).turn(watched.end_of(0))
    assert last_beat(known) == watched.end_of(0)

    def broken(*_):
        raise TrackingError("nothing was judged")

    monkeypatch.setattr(follow, "monitor", broken)
    with pytest.raises(TrackingError):
        Follower(known).turn(watched.end_of(1))
    assert last_beat(known) == watched.end_of(0)


def test_the_watch_leaves_word_when_its_next_sign_of_life_is_due(known, monkeypatch):
    """A container's health check reads it: who hangs in a turn gives none."""
    away, began = known.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/none"}), time.time()

    def rest(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(follow.time, "sleep", rest)
    with pytest.raises(KeyboardInterrupt):
        Follower(away).follow(600.0, lambda: 1)
    due = json.loads((away.lock_dir / follow.BEAT).read_text())["due"]
    assert began + 600.0 < due < time.time() + 600.0 + follow.TURN + 1.0
