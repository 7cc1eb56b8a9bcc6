"""Broken or unfinished promotion records are alerts, until they hold together again."""

from datetime import UTC, datetime, timedelta

import pytest

import models
from churn.lifecycle import repair
from churn.lifecycle.promotion import Author
from churn.services.sync.doubts import PATIENCE, Doubts
from churn.services.sync.sync import Sync
from churn.stores.ledger.queries.alerts import alerts
from churn.stores.tracking.registry import Registry
from syncing import told


def standing(known):
    found = told(known, lambda connection: alerts(connection, 0, 10, 0))["alerts"]
    return {one["kind"]: (one["state"], one["severity"], one["words"]) for one in found}


def test_a_record_that_was_edited_is_a_critical_alert_until_it_is_repaired(known, sync, two):
    sync.turn()
    assert standing(known) == {}
    registry = Registry(known.store, models.REGISTER.model)
    kept = registry.tags()["promotion.000001.intent"]
    registry._client.set_registered_model_tag(
        registry.name, "promotion.000001.intent", kept.replace("tester", "nobody")
    )
    Sync(known, models.REGISTER).turn()
    state, severity, words = standing(known)["chain_broken"]
    assert (state, severity) == ("open", "critical")
    assert "record 1" in words
    repair.repair(known, models.REGISTER, Author("anna", "we know who did it"))
    Sync(known, models.REGISTER).turn()
    assert standing(known)["chain_broken"][0] == "resolved"


class Heard:
    def __init__(self):
        self.events = []

    def judge(self, kind, **event):
        self.events.append((kind, event.get("words", "")))


def move(age, **changes):
    when = (datetime.now(UTC) - timedelta(seconds=age)).isoformat()
    plain = {"number": 1, "when": when, "who": "ann", "action": "promote", "to_version": 2, "ending": None,
             "fault": None, "mended": None}  # fmt: skip
    return plain | changes


@pytest.mark.parametrize(
    ("age", "changes", "late"),
    [(PATIENCE + 60, {}, True), (10, {}, False), (PATIENCE + 60, {"ending": "done"}, False),
     (PATIENCE + 60, {"mended": "torn"}, False), (0, {"when": "unreadable"}, True)],
)  # fmt: skip
def test_a_promotion_without_an_end_is_told_once_it_took_too_long(age, changes, late):
    one, heard = move(age, **changes), Heard()
    doubts, now = Doubts(heard), datetime.now(UTC).timestamp()
    doubts.look([one], now), doubts.look([one], now)
    kinds = [kind for kind, _ in heard.events]
    assert kinds == ["whole", "unfinished" if late else "finished"]
    doubts.look([one | {"ending": "undone"}], now)
    assert [kind for kind, _ in heard.events[2:]] == (["finished"] if late else [])
