"""Contributions of trees come from a process of its own: exact, one question at a time, and never in the way."""

import asyncio
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import models
from churn import columns, contract
from churn.errors import ExplainerAway
from churn.scoring.engine import Engine
from churn.services.explainer import way
from churn.services.explainer.explainer import Explainer
from churn.services.explainer.trees import Trees
from churn.steps.train.compare import compare

pytestmark = pytest.mark.filterwarnings(r"ignore::PendingDeprecationWarning:shap\..*")  # theirs to mend
BOOSTING = Engine(models.grown("boosting").model, 1)
FOREST = Engine(models.grown("forest").model, 2)
ONE = [contract.EXAMPLE]


def customers(rows=60):
    return models.test_rows()[columns.names()].head(rows).to_dict("records")


def asked(question, **limits):
    """Ask in a loop of its own, and leave no process behind."""

    async def ask():
        explainer = Explainer(**({"idle_seconds": 60.0} | limits))
        try:
            return await question(explainer)
        finally:
            await explainer.close()
            await asyncio.sleep(0)

    return asyncio.run(ask())


async def unless_away(explainer, engine=BOOSTING):
    try:
        return len(await explainer.contributions(engine, ONE))
    except ExplainerAway as fault:
        return str(fault)


@pytest.mark.parametrize("family", ["boosting", "forest"])
def test_contributions_add_up_to_what_scikit_learn_says(family):
    """The sum over trees in float64; ONNX adds in float32, and its probability agrees to 1e-6."""
    learnt = models.population().head(1500)
    knobs = models.Train(seed=7, folds=2, repeats=1, jobs=1, parity=1e-6, candidates={family: models.TREES[family]})
    (candidate,) = compare(learnt, knobs)
    trained = models.train([candidate], learnt, knobs, models.CAMPAIGN, {}, {"digests": {}, "versions": {}})
    engine = Engine(trained.model, 1)
    rows = models.test_rows()[columns.names()].head(60)
    trees = Trees(engine.explanation)
    totals = np.array([trees.base + sum(one.values()) for one in trees.contributions(rows.to_dict("records"))])
    if engine.explanation["unit"] == "log-odds":
        assert totals == pytest.approx(candidate.fitted.decision_function(rows), abs=1e-6)
        totals = 1 / (1 + np.exp(-totals))
    assert totals == pytest.approx(candidate.fitted.predict_proba(rows)[:, 1], abs=1e-6)
    assert totals == pytest.approx(engine.probabilities(rows), abs=1e-6)


def test_the_base_is_the_average_over_the_training_rows():
    learnt = models.population()
    learnt = learnt[~models.is_test(learnt, 20, 0.2)].head(2000)
    odds = BOOSTING.probabilities(learnt)
    assert Trees(BOOSTING.explanation).base == pytest.approx(np.log(odds / (1 - odds)).mean(), abs=0.05)
    assert Trees(FOREST.explanation).base == pytest.approx(FOREST.probabilities(learnt).mean(), abs=0.02)


def test_contributions_are_those_of_shap_on_the_scikit_learn_model():
    import shap

    learnt = models.population().head(1500)
    grid = {"boosting": {"n_estimators": [30], "max_depth": [3]}}
    knobs = models.Train(seed=7, folds=2, repeats=1, jobs=1, parity=1e-6, candidates=grid)
    (candidate,) = compare(learnt, knobs)
    trained = models.train([candidate], learnt, knobs, models.CAMPAIGN, {}, {"digests": {}, "versions": {}})
    rows = models.test_rows()[columns.names()].head(20)
    features, classifier = candidate.fitted[0], candidate.fitted[-1]
    theirs = shap.TreeExplainer(classifier).shap_values(features.transform(rows))
    names = [name.split("__")[1] for name in features.get_feature_names_out()]
    owners = [next(one for one in columns.names() if name == one or name.startswith(f"{one}_")) for name in names]
    ours = Trees(Engine(trained.model, 1).explanation).contributions(rows.to_dict("records"))
    for row, mine in enumerate(ours):
        for column in columns.names():
            expected = sum(value for owner, value in zip(owners, theirs[row], strict=True) if owner == column)
            assert mine[column] == pytest.approx(expected, abs=1e-6)


def test_the_process_says_what_the_trees_say():
    async def question(explainer):
        found = await explainer.contributions(BOOSTING, customers(3))
        assert found == Trees(BOOSTING.explanation).contributions(customers(3))
        assert [set(one) for one in found] == [set(columns.names())] * 3
        assert BOOSTING.reasons(customers(1)[0], found[0])

    asked(question)


def test_it_starts_when_first_asked_and_serves_one_model_after_another():
    async def question(explainer):
        assert not explainer.running
        first = await explainer.contributions(BOOSTING, ONE)
        process = explainer._line.process.pid
        other = await explainer.contributions(FOREST, ONE)
        assert other != first == await explainer.contributions(BOOSTING, ONE)
        assert explainer._line.process.pid == process

    asked(question)


def test_many_may_ask_at_once_and_each_gets_his_own():
    async def question(explainer):
        rows = customers(12)
        found = await asyncio.gather(*(explainer.contributions(BOOSTING, [row]) for row in rows))
        assert [one for (one,) in found] == await explainer.contributions(BOOSTING, rows)

    asked(question)


def test_more_than_may_wait_are_told_so_at_once():
    async def question(explainer):
        said = await asyncio.gather(*(unless_away(explainer) for _ in range(5)))
        assert said[:3] == [1, 1, 1]
        assert set(said[3:]) == {"too many explanations wait; ask again in some seconds"}
        assert await unless_away(explainer) == 1

    asked(question, waiting=3)


def test_it_is_started_anew_after_a_crash():
    async def question(explainer):
        await unless_away(explainer)
        os.kill(explainer._line.process.pid, signal.SIGSTOP)
        asking = asyncio.create_task(unless_away(explainer))
        await asyncio.sleep(0.05)
        os.kill(explainer._line.process.pid, signal.SIGKILL)
        assert "ended; ask again" in await asking
        assert await unless_away(explainer) == 1

    asked(question)


def test_an_answer_that_takes_too_long_is_given_up_and_not_taken_for_the_next():
    async def question(explainer):
        first = await explainer.contributions(BOOSTING, customers(1))
        os.kill(explainer._line.process.pid, signal.SIGSTOP)
        explainer._seconds = 0.3
        assert "no explanation came within 0.3 s" in await unless_away(explainer)
        assert not explainer.running
        explainer._seconds = 30.0
        assert await explainer.contributions(BOOSTING, customers(1)) == first

    asked(question)


def test_a_slow_start_outlives_the_question_that_gave_up():
    async def question(explainer):
        assert "no explanation came" in await unless_away(explainer)
        starting = explainer._line.process.pid
        explainer._seconds = 30.0
        assert await unless_away(explainer) == 1
        assert explainer._line.process.pid == starting

    asked(question, seconds=0.3)


def test_a_caller_who_leaves_does_not_spoil_the_next_answer():
    async def question(explainer):
        expected = await explainer.contributions(BOOSTING, customers(1))
        os.kill(explainer._line.process.pid, signal.SIGSTOP)
        leaving = asyncio.create_task(explainer.contributions(BOOSTING, ONE))
        await asyncio.sleep(0.05)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert await explainer.contributions(BOOSTING, customers(1)) == expected

    asked(question)


def test_it_ends_when_nobody_asks():
    async def question(explainer):
        await unless_away(explainer)
        process = explainer._line.process
        await asyncio.wait_for(process.wait(), 5)
        assert not explainer.running
        assert await unless_away(explainer) == 1

    asked(question, idle_seconds=0.2)


def test_it_ends_with_the_worker_that_started_it():
    """Its questions come through a pipe; when the other end is gone, so is it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "churn.services.explainer", "pipe"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert b"ready" in process.stdout.readline()
        process.stdin.close()
        assert process.wait(5) == 0


def test_what_cannot_be_explained_is_said_and_the_process_goes_on():
    class Torn:
        version, digest, decision, explanation = 9, "torn", BOOSTING.decision, {"features": []}

    class Old(Torn):
        explanation = None

    async def question(explainer):
        assert "cannot explain this: KeyError" in await unless_away(explainer, Torn())
        assert "version 9 holds no explanation; `dvc repro`" in await unless_away(explainer, Old())
        assert await unless_away(explainer) == 1

    asked(question)


def test_a_process_that_does_not_start_is_said(monkeypatch):
    async def question(explainer):
        assert "did not start" in await unless_away(explainer)
        assert "did not start" in await unless_away(explainer), "and again"

    monkeypatch.setattr(way.sys, "executable", "/bin/false")
    asked(question)


def test_asking_loads_no_vendor_into_the_worker():
    words = "import sys, churn.services.explainer.explainer; print({'shap', 'sklearn', 'pandas'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    assert said == "set()\n"
