"""A small demo through the real API: what it leaves in the ledger, and what an interrupted one leaves of the former."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import models
from churn.errors import BundleError, ModelError
from churn.services.demo import build, place, stock
from churn.services.demo.calendar import Calendar
from churn.services.demo.host import hosted
from churn.services.demo.market import Market
from churn.services.demo.words import words
from churn.steps.prepare.split import is_test
from churn.stores import tables
from churn.stores.tracking.store import connect
from churn.table import typed
from customers import invent

ROOT = Path(__file__).parents[3]
WEEKS, CUSTOMERS = 7, 300
GRID = {"n_estimators": [20], "learning_rate": [0.1], "max_depth": [2]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def given(folder):
    """Give what the pipeline would have made, of invented customers."""
    made = folder / "made"
    made.mkdir()
    chosen = models.model()
    models.on_disk(chosen, made)
    (made / "metrics.json").write_text(json.dumps({"model": chosen.metadata["digest"]} | models.METRICS))
    everybody = models.population()
    learnt = everybody[~is_test(everybody, 20, 0.2)].head(1500)
    tables.write_tables({made / "train.parquet": learnt, made / "test.parquet": models.test_rows()})
    invent(CUSTOMERS).to_csv(made / "raw.csv", index=False)
    return stock.Stock(
        made / "best_churn_model.onnx", made / "model_metadata.json", made / "metrics.json",
        made / "train.parquet", made / "test.parquet", made / "raw.csv", made / "no stages",
        made / "train.parquet",
    )  # fmt: skip


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def built(folder, given, patch):
    """Build a demo once, on tables of MLflow that are there already: making them takes seconds."""
    patch.chdir(ROOT)
    patch.setitem(stock.GRIDS, "boosting", GRID)
    template = folder / "template.db"
    connect(f"sqlite:///{template}").search_experiments()
    whole = stock.fill

    def fill(found, settings):
        shutil.copy2(template, settings.lock_dir / "mlflow.db")
        return whole(found, settings)

    patch.setattr(build, "fill", fill)
    return build.build(WEEKS, CUSTOMERS, 3, folder / "demos", given)


@pytest.fixture(scope="module")
def facts(built):
    return json.loads(built.facts.read_text())


@pytest.fixture(scope="module")
def api(built):
    """Serve the demo by itself, and ask it."""
    with hosted(built) as client:
        yield client


def test_everything_in_it_is_simulated(api):
    assert api.ready().simulation
    assert api.portfolio(purpose="simulated").customers > 0
    assert api.portfolio(purpose="production").customers == 0
    assert api.campaign(purpose="production").contacted.customers == 0


def test_its_champion_is_the_project_s_model_and_the_gate_has_judged_another(api, given):
    told = api.versions()
    assert told.aliases == {"champion": 1, "challenger": 2}
    assert told.versions[-1].digest == json.loads(given.metadata.read_text())["digest"]
    assert {one.family for one in told.versions} == {"scorecard", "boosting"}
    (promotion,) = api.history().promotions
    assert promotion.who == "demo"


def test_the_campaign_has_both_arms_and_as_many_as_were_noted(api, facts):
    told = api.campaign(purpose="simulated")
    assert (told.contacted.contacts, told.held_out.contacts) == (facts["calls"], facts["held out"])
    assert min(facts["calls"], facts["held out"]) > 0
    assert told.contacted.known > 0
    assert told.crossed == 0


def test_scores_have_matured_and_their_outcomes_are_known(api):
    told = api.performance(window_days=7, purpose="simulated")
    assert told.labelled > 50
    assert 0 < told.churned < told.labelled
    assert told.roc_auc.value > 0.5
    assert len(told.by_window) == WEEKS + 1


def test_the_broken_source_left_refused_rows_on_the_days_of_the_incident(api, facts):
    refused = api.drift(purpose="simulated").refused
    (contract,) = [one for one in refused if one.column == "Contract"]
    assert contract.count == facts["refused"] > 0
    assert "Month-to-month" in contract.reason


def test_the_list_of_the_last_day_is_left_for_whoever_looks(api):
    told = api.call_list(purpose="simulated", limit=500)
    assert told.customers > 0
    assert told.excluded.suppressed + told.excluded.contacted + told.excluded.churned > 0


def test_it_says_what_the_dashboard_should_measure(facts):
    assert 0 < facts["true_churn_called"] < facts["true_churn_uncalled"] < 1
    assert "the dashboard should measure about" in " ".join(words(facts))


def test_the_same_seed_gives_the_same_market():
    left = [lived(seed) for seed in (1, 1, 2)]
    assert (left[0] == left[1]).all()
    assert (left[0] != left[2]).any()


def test_prices_rise_for_one_group_alone_and_customers_age():
    market = invented(1)
    everybody = np.ones(len(market.names), bool)
    before, after = market.rows(everybody, 0), market.rows(everybody, 60)
    for old, new, raised, joined in zip(before, after, market.raised, market.joins, strict=True):
        assert new["MonthlyCharges"] == pytest.approx(old["MonthlyCharges"] * (1.15 if raised else 1), abs=0.01)
        assert new["tenure"] == old["tenure"] + max(60 - joined, 0) // 30


def test_an_interrupted_build_leaves_the_former_demo_whole(built, given, folder, patch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as other:
        other.setattr(build, "fill", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build.build(WEEKS, CUSTOMERS, 4, folder / "demos", given)
    assert place.current(folder / "demos") == built
    assert [one for one in (folder / "demos").iterdir() if one.is_dir() and not one.is_symlink()] == [built.folder]


def test_a_demo_that_is_whole_takes_the_former_one_s_place(tmp_path):
    for number in range(2):
        with place.aside(tmp_path) as new:
            (new.folder / "number").write_text(str(number))
            place.write_facts(new, {})
    assert (place.current(tmp_path).folder / "number").read_text() == "1"
    assert len([one for one in tmp_path.iterdir() if one.is_dir() and not one.is_symlink()]) == 1


def test_a_demo_that_is_served_stays_until_the_next_build(tmp_path):
    def folders():
        return [one for one in tmp_path.iterdir() if one.is_dir() and not one.is_symlink()]

    def build_anew():
        with place.aside(tmp_path) as new:
            place.write_facts(new, {})

    build_anew()
    first = place.current(tmp_path)
    with place.kept(first):
        build_anew()
        assert first.folder in folders()
    build_anew()
    assert folders() == [place.current(tmp_path).folder]


def test_two_do_not_build_in_one_folder(tmp_path):
    with place.aside(tmp_path), pytest.raises(BundleError, match="another process builds"), place.aside(tmp_path):
        pass


def test_without_a_demo_or_a_pipeline_it_says_what_to_do(tmp_path):
    with pytest.raises(BundleError, match="make demo-data"):
        place.current(tmp_path)
    with pytest.raises(ModelError, match="make pipeline"):
        stock.Stock(model=tmp_path / "model.onnx").refuse_missing()


def test_nothing_of_production_reaches_its_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("CHURN_DATABASE_URL", "postgresql://theirs")
    monkeypatch.setenv("CHURN_REPORTS_DIR", "/theirs")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "theirs")
    said = place.Place(tmp_path).environment(1)
    assert not [name for name, value in said.items() if "theirs" in value]
    known = place.Place(tmp_path).settings(1)
    assert known.store == f"sqlite:///{tmp_path}/mlflow.db"
    assert known.simulation


def invented(seed):
    calendar = Calendar.ending_now(10)
    return Market(typed(invent(200)), calendar.days, calendar.rise, np.random.default_rng(seed))


def lived(seed):
    market = invented(seed)
    for day in range(1, 71):
        market.live(day)
    return market.leaves
