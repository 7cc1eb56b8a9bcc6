"""What sync tells of by alerts: a refused version, a registry that is long away; and that it sends them."""

from pydantic import SecretStr

import models
import sinks
from churn.params.alerts import Alerts
from churn.services.sync import absence
from churn.services.sync.absence import Absence
from churn.services.sync.bell import Bell
from churn.services.sync.sync import Sync
from churn.stores.ledger.queries.alerts import alerts
from syncing import GOOD, OTHER, served, spoil, told


def standing(known, purpose="production"):
    found = told(known, lambda connection: alerts(connection, 0, 10, 0, purpose=purpose))["alerts"]
    return {one["kind"]: (one["state"], one["severity"], one["owner"], one["resolved_by"]) for one in found}


def away(known):
    """Give the settings of a host whose registry does not answer."""
    blind = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    blind.__dict__.pop("store", None)
    return blind


def test_a_registry_that_is_long_away_is_an_alert_until_it_answers(known, sync, two, monkeypatch):
    sync.turn()
    blind = Sync(away(known), models.REGISTER)
    blind.turn(), blind.turn()
    assert standing(known) == {}
    monkeypatch.setattr(absence, "PATIENCE", 0.0)
    blind.turn(), blind.turn()
    assert standing(known) == {"registry_away": ("open", "medium", "on-call", None)}
    assert served(known) == 2
    Sync(known, models.REGISTER).turn()  # another process: it does not know what the one before told
    assert standing(known)["registry_away"] == ("resolved", "medium", "on-call", "sync")


def test_one_absence_is_told_once_and_its_end_once(monkeypatch):
    monkeypatch.setattr(absence, "PATIENCE", 0.0)
    one = Absence()
    assert [one.lasts(), one.lasts(), one.over(), one.over(), one.lasts()] == [True, False, True, False, True]


def test_a_refusal_and_an_absence_do_not_push_each_other_out_while_the_ledger_is_away(known):
    deaf = known.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1"})
    lonely = Sync(deaf, models.REGISTER)
    lonely.chronicle.refused(2, "torn")
    lonely.chronicle.away("does not answer")
    lonely.chronicle.away("does not answer")
    assert Sync(known, models.REGISTER).chronicle.tell() == 0
    assert set(standing(known)) == {"model_refused", "registry_away"}


def test_a_simulation_raises_simulated_alerts(known, promote, tmp_path):
    played = known.model_copy(update={"simulation": True})
    promote(OTHER)
    Sync(played, models.REGISTER).turn()
    promote(GOOD)
    spoil(tmp_path, GOOD)
    Sync(played, models.REGISTER).turn()
    assert standing(known) == {}
    assert standing(known, "simulated")["model_refused"] == ("open", "high", "on-call", None)


def test_sync_sends_what_is_owed_and_waits_for_nobody(known, sync):
    sync.chronicle.refused(2, "torn")
    sync.chronicle.tell()
    with sinks.hook() as hook:
        ringing = known.model_copy(update={"alert_webhook": SecretStr(hook.url)})
        bells = Bell(ringing, Alerts(timeout_seconds=1.0))
        bells.look()
        bells._thread.join(20)
        bells.look()
        assert [one["kind"] for one in hook.got] == ["model_refused"]


def test_a_ledger_that_is_away_ends_no_bell(known, caplog):
    deaf = {"database_url": "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1"}
    with sinks.hook() as hook:
        bells = Bell(known.model_copy(update=deaf | {"alert_webhook": SecretStr(hook.url)}), Alerts())
        bells.look()
        bells._thread.join(20)
    assert "alerts could not be sent" in caplog.text
    assert "SECRET" not in caplog.text
