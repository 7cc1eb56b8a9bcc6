"""An experiment from its declaration to its end: a real registry, a real ledger, sync, and the service in process."""

import asyncio
from functools import partial

import numpy as np
import pytest

import ledgers
import models
import serving
from churn import contract
from churn.errors import Conflict, ExperimentRefused
from churn.lifecycle.experiment import close
from churn.lifecycle.experiment.start import Wish, start
from churn.params.experiment import Experiment
from churn.services.api.state import State
from churn.services.sync.trial import Experiments
from churn.stores import notices, whole
from churn.stores.ledger import entries, feedback
from churn.stores.ledger.queries.alerts import alerts
from churn.stores.ledger.queries.cells import DAY
from churn.stores.tracking.registry import Registry

CHAMPION, CHALLENGER, LIKE = models.model(), models.model(noise=0.5, rows=400), models.model(c=0.5)
"""The gate says fail of the second, and cannot tell of the third."""
KNOBS = Experiment(days=28, share=0.5, level=0.95, min_labelled=150, min_each=20, min_known=0.9, mismatch=0.001,
                   min_shadowed=0.95, regret=0.025)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Make a registry once: version 1 is champion, versions 2 and 3 want to be."""
    folder = tmp_path_factory.mktemp("registry")
    known = models.empty_store(tmp_path_factory.mktemp("template") / "mlflow.db", folder)
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        models.enter(known, folder, CHAMPION)
        Registry(known.store, "telco-churn").alias("champion", 1)
        models.enter(known, folder, CHALLENGER)
        models.enter(known, folder, LIKE)
    return known.store


@pytest.fixture
def registry(store):
    found = Registry(store, "telco-churn")
    yield found
    found.alias("champion", 1)


@pytest.fixture
def house(store, tmp_path):
    serving.bundled(tmp_path / "bundle", CHAMPION)
    asyncio.run(opened_once(f"sqlite:///{tmp_path}/ledger.db"))
    return serving.settings(tmp_path, MLFLOW_TRACKING_URI=store)


async def opened_once(url):
    async with ledgers.opened(url):
        pass


@pytest.fixture
def begin(house):
    def begin(mode="shadow", **wishes):
        challenger = {"live": 3, "shadow": 2}[mode]
        wish = Wish(**({"name": "try", "mode": mode, "why": "who knows", "challenger": challenger} | wishes))
        return start(house, models.REGISTER, KNOBS, wish, entries.now())

    return begin


def follow(house, registry):
    Experiments(house).follow(lambda: registry)


def told_alerts(house):
    async def ask():
        async with ledgers.opened(house.database_url) as ledger:
            return {one["kind"]: one["words"] for one in (await ledger.read(alerts, 0, 50, 0))["alerts"]}

    return asyncio.run(ask())


def noted(name, left, today, prediction, at, caller, connection):
    return feedback.outcome(connection, name, left, today, prediction, at, caller)


async def lived(house, customers=700):
    """Score customers by the service in process, and tell at once what became of each."""
    rows = models.test_rows().head(customers)
    names = [name for name in contract.EXAMPLE if name != contract.ID]
    people = [{name: one[name].item() if isinstance(one[name], np.generic) else one[name] for name in names}
              | {contract.ID: f"c{place}"} for place, one in enumerate(rows.to_dict("records"))]  # fmt: skip
    known = State.of(house)
    async with serving.opened(known) as api:
        told = (await api.post("/predict/batch", json=people)).json()["predictions"]
        await asyncio.sleep(0.5)
        await known.ledger.catch_up()
        today = feedback.day(entries.now())
        for one, left in zip(told, rows["Churn"] == "Yes", strict=True):
            name, said = people[one["index"]][contract.ID], (one["prediction_id"], entries.now(), "crm")
            await known.ledger.do(partial(noted, name, bool(left), today, *said))
        return told, (await api.get("/experiments/live")).json()


def test_a_live_experiment_runs_from_its_declaration_to_a_recommendation(house, begin, registry):
    begun = begin("live", share=0.4)
    assert begun.declared["test"].startswith("intent to treat")
    with pytest.raises(Conflict, match="another experiment runs"):
        begin("shadow")
    follow(house, registry)
    assert whole.held(house.bundle_dir, 3) is not None, "the challenger stands beside the champion"
    assert whole.serving(house.bundle_dir).version == 1
    told, page = asyncio.run(lived(house))
    answered = {version: [one["model_version"] for one in told].count(version) for version in (1, 3)}
    assert 0.3 < answered[3] / 700 < 0.5
    (shown,) = page["experiments"]
    assert (shown["champion_customers"], shown["challenger_customers"]) == (answered[1], answered[3])
    assert (shown["phase"], shown["outcome"], shown["effect"]) == ("begun", None, None), "no peeking"
    with pytest.raises(ExperimentRefused, match="is read once"):
        close.end(house, entries.now() + 40 * DAY)
    words = close.end(house, begun.readable)
    assert "per 1,000 customers" in words
    (standing,) = close.status(house, begun.readable)
    assert (standing.of.state, standing.phase) == ("ended", "over")
    result = standing.of.result
    assert result["champion" if "champion" in result else "figures"]
    assert result["effect"]["low"] < result["effect"]["value"] < result["effect"]["high"]
    assert "experiment 'try'" in told_alerts(house)["experiment_over"]
    assert registry.aliases()["champion"] == 1, "a recommendation moves nothing"
    follow(house, registry)
    assert not (house.bundle_dir / notices.EXPERIMENT).exists()
    with pytest.raises(ExperimentRefused, match="no experiment runs"):
        close.end(house, begun.readable)


def test_a_shadow_experiment_finds_that_the_challenger_is_worse(house, begin, registry):
    begun = begin("shadow")
    follow(house, registry)
    told, page = asyncio.run(lived(house))
    assert {one["model_version"] for one in told} == {1}
    assert page["experiments"][0]["challenger_customers"] == 700
    words = close.end(house, begun.readable)
    assert "keep the champion; the challenger did worse" in words


def test_hosts_that_take_no_part_leave_nothing_to_read(house, begin, registry):
    begun = begin("live")
    asyncio.run(lived(house))
    (standing,) = close.status(house, entries.now())
    assert standing.broken
    assert "BROKEN" in standing.words
    assert "BROKEN" in close.watch(house, entries.now())
    assert "do not split as declared" in told_alerts(house)["experiment_broken"]
    assert "keep the champion; nothing can be read" in close.watch(house, begun.readable), "read when its time has come"
    assert close.watch(house, begun.readable) == ""


def test_an_experiment_ends_when_its_champion_goes_and_says_so(house, begin, registry):
    begin("live")
    follow(house, registry)
    registry.alias("champion", 2)
    follow(house, registry)
    assert not (house.bundle_dir / notices.EXPERIMENT).exists()
    (standing,) = close.status(house, entries.now())
    assert (standing.of.state, "version 2 is the champion now" in standing.words) == ("stopped", True)
    assert "was stopped" in told_alerts(house)["experiment_over"]


def test_it_is_stopped_by_hand_with_a_reason_and_read_by_nobody(house, begin):
    begun = begin("shadow")
    with pytest.raises(ExperimentRefused, match="say why"):
        close.stop(house, " ", entries.now())
    assert "is stopped" in close.stop(house, "the campaign was called off", entries.now())
    with pytest.raises(ExperimentRefused):
        close.end(house, begun.readable)


def test_what_cannot_be_tried_is_refused_and_says_why(house, begin):
    for wishes, words in (({"why": ""}, "its reason"), ({"challenger": 1}, "the champion itself")):
        with pytest.raises(ExperimentRefused, match=words):
            begin(**wishes)
    with pytest.raises(ExperimentRefused, match=r"the gate says fail.*--mode shadow"):
        begin("live", challenger=2)
    assert close.status(house, entries.now()) == []


def test_a_ledger_that_is_away_leaves_workers_what_they_know(house, begin, registry, monkeypatch):
    begin("live")
    follow(house, registry)
    monkeypatch.setattr("churn.services.sync.trial.opened", lambda _: (_ for _ in ()).throw(OSError("away")))
    follow(house, registry)
    assert (house.bundle_dir / notices.EXPERIMENT).exists()
