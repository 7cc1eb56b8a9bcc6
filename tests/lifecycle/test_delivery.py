import hashlib
import shutil

import pytest

import models
from churn.errors import ModelError, TrackingError
from churn.lifecycle import delivery, promotion
from churn.lifecycle.promotion import Author
from churn.stores import bundle
from churn.stores.tracking import records
from churn.stores.tracking.records import Intent, Record
from churn.stores.tracking.registry import Registry

GOOD = models.model()


@pytest.fixture
def registry(known, enter):
    enter(GOOD)
    promotion.promote(known, models.REGISTER, Author("tester", "a reason"))
    return Registry(known.store, "telco-churn")


@pytest.fixture
def deliver(registry, tmp_path):
    root = tmp_path / "bundle"
    return lambda: delivery.deliver(registry, root, delivery.find(registry, 1), records.read(registry))


def test_a_bundle_says_where_its_model_came_from(deliver, tmp_path):
    found = deliver()
    assert found.model == GOOD.model
    paper = found.manifest
    assert (paper["model"], paper["version"], paper["family"]) == ("telco-churn", 1, GOOD.metadata["family"])
    assert paper["tags"]["digest_data"] == GOOD.metadata["digests"]["data"]
    assert paper["metrics"]["test_roc_auc"] == 0.8
    assert paper["gate"]["state"] == "pass"
    assert (paper["promotion"]["who"], paper["promotion"]["action"]) == ("tester", "promote")
    assert bundle.current(tmp_path / "bundle") is None  # brought, not served


def test_a_bundle_holds_no_single_customer_of_the_verdict(registry, enter, tmp_path):
    kept = enter(models.model(noise=0.9, rows=400)).verdict.migration
    assert all(one.flips for one in kept.values())
    found = delivery.deliver(registry, tmp_path / "bundle", delivery.find(registry, 2), records.read(registry))
    told = found.manifest["gate"]["migration"]
    assert set(told) == set(kept) == {"common", "test"}
    assert all(one["moves"] and "flips" not in one for one in told.values())


def test_a_bundle_on_the_host_is_not_fetched_again(deliver, monkeypatch):
    first = deliver()
    monkeypatch.setattr(Registry, "fetch", None)
    assert deliver() == first


def test_a_version_without_its_file_is_not_fit(deliver, tmp_path):
    shutil.rmtree(tmp_path / "mlruns")
    with pytest.raises(ModelError):
        deliver()


def test_a_registry_that_goes_away_says_nothing_about_the_version(deliver, monkeypatch):
    def away(*_):
        raise TrackingError("away")

    monkeypatch.setattr(Registry, "fetch", away)
    monkeypatch.setattr(Registry, "marks", away)
    with pytest.raises(TrackingError, match="away"):
        deliver()


def test_a_version_that_the_registry_does_not_have_is_said(registry):
    with pytest.raises(ModelError, match="no version 7"):
        delivery.find(registry, 7)


@pytest.mark.parametrize("model", [b"", b"not a model", GOOD.model[:-100]])
def test_a_file_that_is_no_model_is_not_fit(model):
    with pytest.raises(ModelError):
        delivery.prove(model, 1)


def test_the_bundles_of_the_last_ten_champions_stay(tmp_path):
    for number in range(1, 15):
        bundle.write(tmp_path, number, {bundle.MODEL: b""}, {"digest": hashlib.sha256(b"").hexdigest()})
    bundle.point(tmp_path, 1)
    intents = [Intent(one, "", "", "promote", None, one, "", "", "") for one in range(1, 14)]
    told = [Record(one, "done", None, "", None) for one in intents]
    assert sorted(delivery.tidy(tmp_path, told, {2})) == ["14", "3"]
    assert bundle.of_version(tmp_path, 4) is not None
