"""One writer of the registry at a time, on one machine and on several: two lock folders stand for two machines."""

import subprocess
import sys
import time

import psycopg
import pytest

import models
from churn.errors import TrackingError
from churn.lifecycle import promotion
from churn.lifecycle.one_writer import one_writer, shared
from churn.settings import Settings
from postgres import started

HOLD = """
import sys, time
from churn.lifecycle.one_writer import one_writer
from churn.settings import Settings
with one_writer(Settings(_env_file=None, CHURN_LOCK_DIR=sys.argv[1], CHURN_DATABASE_URL=sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def postgres():
    with started() as server:
        yield server


def machine(folder, address, **more):
    return Settings(_env_file=None, CHURN_LOCK_DIR=folder, CHURN_DATABASE_URL=address, **more)


def held_elsewhere(folder, address):
    return subprocess.Popen([sys.executable, "-c", HOLD, str(folder), address], stdout=subprocess.PIPE)


def test_two_machines_with_one_postgresql_do_not_write_at_once_however_the_first_ends(postgres, tmp_path):
    here = machine(tmp_path / "here", postgres.url())
    with held_elsewhere(tmp_path / "there", postgres.url()) as there:
        assert there.stdout.readline() == b"held\n"
        with (
            pytest.raises(TrackingError, match="another machine has been changing the registry"),
            one_writer(here, 0.3),
        ):
            pass
        there.kill()
    began = time.monotonic()
    with one_writer(here, 10) as sure:
        sure()
    assert time.monotonic() - began < 5


def test_a_lock_that_was_lost_on_the_way_is_noticed_before_the_alias_moves(postgres, tmp_path):
    with one_writer(machine(tmp_path, postgres.url())) as sure:
        with psycopg.connect(postgres.url(), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'churn registry'"
            )
        with pytest.raises(TrackingError, match="lost on the way"):
            sure()


def test_machines_meet_in_the_registrys_postgresql_or_else_the_ledgers_and_else_nowhere(tmp_path):
    def meets(store, ledger):
        return shared(machine(tmp_path, ledger, MLFLOW_TRACKING_URI=store))

    assert meets("postgresql+psycopg2://a/r", "postgresql://a/l") == "postgresql+psycopg2://a/r"
    assert meets("http://mlflow:5000", "postgres://a/l") == "postgres://a/l"
    assert meets("sqlite:///mlflow.db", "sqlite:///ledger.db") is None


def test_without_the_shared_lock_nothing_is_promoted_and_the_way_out_is_told(enter, known, registry):
    enter(models.model())
    away = known.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:9/none"})
    with pytest.raises(TrackingError, match="CHURN_DATABASE_URL=sqlite"):
        promotion.promote(away, models.REGISTER, promotion.Author("tester", "a reason"))
    assert "champion" not in registry.aliases()
