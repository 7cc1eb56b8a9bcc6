import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import models
from churn.cli import app
from churn.errors import PromotionRefused
from churn.lifecycle import promotion
from churn.lifecycle.noninferiority import newer
from churn.lifecycle.permission import Wish
from churn.lifecycle.promotion import Author
from churn.lifecycle.snapshot import snapshot
from churn.stores.tracking.registry import Registry, Version

GOOD, TWIN, NOISY = models.model(), models.model(c=0.9), models.model(noise=0.9, rows=400)
ROOT = Path(__file__).parents[2]
ME = Author("tester", "prices rose in March")
GATE = models.GATE.model_copy(update={"refresh_margin": 0.02, "profit_margin": 5000})


def version(**tags):
    return Version(1, "d", "r", "s", tags)


@pytest.mark.parametrize(
    ("own", "champion", "state"),
    [
        ({"digest_data": "b", "newest_period": "3"}, {"digest_data": "a", "newest_period": "2"}, "pass"),
        ({"digest_data": "b", "newest_period": "2"}, {"digest_data": "a", "newest_period": "2"}, "pass"),
        ({"digest_data": "b"}, {"digest_data": "a", "newest_period": "2"}, "pass"),
        ({"digest_data": "a", "newest_period": "3"}, {"digest_data": "a", "newest_period": "2"}, "fail"),
        ({"digest_data": "b", "newest_period": "1"}, {"digest_data": "a", "newest_period": "2"}, "fail"),
        ({"digest_data": "b", "newest_period": "soon"}, {"digest_data": "a", "newest_period": "2"}, "pass"),
        ({"digest_data": "b", "newest_period": "--1"}, {"digest_data": "a", "newest_period": "2"}, "pass"),
        ({}, {"digest_data": "a"}, "unknown"),
        ({"digest_data": "b"}, {}, "unknown"),
        ({"digest_data": ""}, {"digest_data": "a"}, "unknown"),
    ],
)
def test_newer_is_a_later_period_or_other_data_of_the_same(own, champion, state):
    assert newer(own, version(**champion)).state == state


def test_without_a_champion_there_is_nothing_to_refresh():
    assert newer({"digest_data": "b"}, None).state == "unknown"


@pytest.fixture
def registry(known):
    return Registry(known.store, "telco-churn")


@pytest.fixture
def challenged(enter, known, registry):
    """GOOD is champion; give a function that enters a challenger, by default on other data."""
    enter(GOOD)
    promotion.promote(known, models.REGISTER, ME)

    def enter_on(trained, data="other"):
        if data:
            registry.tag_version(1, "digest_data", data)
        return enter(trained, gate=GATE)

    return enter_on


def promote(known, **wish):
    return promotion.promote(known, models.REGISTER, ME, Wish(**wish))


def test_a_twin_on_newer_data_is_not_promoted_and_the_way_to_refresh_is_told(challenged, known):
    done = challenged(TWIN).verdict
    assert (done.state, done.refresh.state) == ("unknown", "pass")
    with pytest.raises(PromotionRefused, match="churn promote --refresh --why"):
        promote(known)


def test_an_approved_refresh_moves_the_alias_and_the_record_names_who_approved(challenged, known, registry):
    challenged(TWIN)
    assert "version 2 is @champion" in promote(known, refresh=True)
    intent = promotion.history(known, models.REGISTER)[-1].intent
    assert intent.why == "refresh, no worse on newer data, approved by tester: prices rose in March"
    assert registry.aliases()["champion"] == 2


def test_on_the_same_data_there_is_nothing_to_refresh(challenged, known, registry):
    assert challenged(TWIN, data=None).verdict.refresh.state == "fail"
    with pytest.raises(PromotionRefused, match=r"rule of refreshing says fail: newer_data the same data"):
        promote(known, refresh=True)
    assert registry.aliases()["champion"] == 1


def test_a_worse_model_is_no_refresh_however_new(challenged, known):
    found = challenged(NOISY).verdict.refresh
    assert (found.state, "log_loss_gain" in found.reason) == ("fail", True)
    with pytest.raises(PromotionRefused, match="says fail"):
        promote(known, refresh=True)


def test_a_verdict_of_an_earlier_gate_knows_no_refresh_and_promotes_nobody(challenged, known, registry):
    challenged(TWIN)
    verdict = json.loads(registry.versions()[1].tags["gate"]) | {"state": "pass"}
    verdict.pop("format")
    registry.tag_version(2, "gate", json.dumps(verdict))
    for refresh in (True, False):
        with pytest.raises(PromotionRefused, match="another version of the gate"):
            promote(known, refresh=refresh)


def test_a_refresh_without_a_reason_is_refused(monkeypatch, tmp_path, caplog):
    monkeypatch.chdir(tmp_path)
    for why in ([], ["--why", "  "]):
        done = CliRunner().invoke(app, ["promote", "--refresh", *why])
        assert done.exit_code == PromotionRefused.exit_code
    assert "wants a person's approval" in caplog.text


def test_a_dry_run_tells_who_would_move_and_moves_nothing(challenged, known, registry):
    challenged(TWIN)
    before, shown = registry.marks(), []
    done = promotion.promote(known, models.REGISTER, ME, Wish(refresh=True, dry=True), shown.append)
    assert "nothing was moved" in done
    assert registry.marks() == before
    assert "over the rows that neither model trained on:\n  change tier: " in shown[0]
    assert "refresh: pass" in shown[0]


def test_the_command_tells_and_then_moves(challenged, known, registry, monkeypatch, tmp_path):
    challenged(TWIN)
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", known.store)
    words = ["promote", "--refresh", "--why", "prices rose"]
    told = CliRunner().invoke(app, [*words, "--dry-run"])
    assert (told.exit_code, registry.aliases()["champion"]) == (0, 1)
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, registry.aliases()["champion"]) == (0, 2)
    assert told.output.splitlines()[:-1] == done.output.splitlines()[:-1], "the dry run shows what the run shows"
    assert "change tier" in done.output


def test_what_would_move_is_shown_even_when_it_is_refused(challenged, known):
    challenged(NOISY)
    shown = []
    with pytest.raises(PromotionRefused):
        promotion.promote(known, models.REGISTER, ME, show=shown.append)
    assert "change tier" in shown[0]


def test_what_workers_are_told_holds_no_single_customer(challenged, registry):
    challenged(NOISY)
    told = snapshot(registry, models.REGISTER)["versions"][1]["verdict"]["migration"]
    assert set(told) == {"common", "test"}
    assert all(one["moves"] and "flips" not in one for one in told.values())


def test_a_verdict_fits_into_a_tag(challenged, registry):
    challenged(NOISY)
    assert len(registry.versions()[1].tags["gate"]) < 50_000
