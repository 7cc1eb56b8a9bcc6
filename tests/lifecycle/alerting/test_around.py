"""Work that fails is an alert, and its end is the end of the alert; a ledger that is away changes nothing else."""

import asyncio

import pytest

import serving
from churn.commands.retraining import _alert
from churn.errors import ChurnError, GaveWay, NothingNew, RetrainingError
from churn.lifecycle.alerting.around import alarmed
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries.alerts import alerts

NOW = 1_770_000_000_000_000


def standing(known):
    async def asked():
        async with opened(known, migrate=True) as ledger:
            return await ledger.read(lambda one: alerts(one, 0, 100, 0))

    return {one["kind"]: (one["state"], one["words"], one["resolved_by"]) for one in asyncio.run(asked())["alerts"]}


def work(known, fault=None):
    with alarmed(known, NOW, _alert, over=("retrain_failed",)):
        if fault:
            raise fault


def test_a_fault_is_an_alert_and_is_raised_on_until_the_work_comes_through(tmp_path):
    known = serving.settings(tmp_path)
    assert standing(known) == {}
    with pytest.raises(ChurnError, match="no disk"):
        work(known, RetrainingError("no disk"))
    assert standing(known) == {"retrain_failed": ("open", "no disk", None)}
    work(known)
    assert standing(known) == {"retrain_failed": ("resolved", "no disk", "tester")}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(GaveWay("another retraining is running in this clone"), "retrain_lost"), (NothingNew("nothing"), None),
     (NothingNew("monitoring asks for none"), None), (ChurnError("git refused"), "retrain_failed")],
)  # fmt: skip
def test_that_nothing_was_asked_for_or_is_new_is_no_alert(fault, kind):
    assert _alert(fault) == kind


def test_where_there_is_no_ledger_none_is_made_and_one_that_is_away_hides_no_fault(tmp_path, caplog):
    known = serving.settings(tmp_path)
    work(known)
    assert not (tmp_path / "ledger.db").exists()
    away = serving.settings(tmp_path, CHURN_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none?connect_timeout=1")
    with pytest.raises(RetrainingError, match="no disk"):
        work(away, RetrainingError("no disk"))
    assert "could not be kept" in caplog.text
