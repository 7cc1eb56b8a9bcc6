"""One customer, one probability, whichever way he comes in: the trained pipeline is the measure for all of them."""

from types import SimpleNamespace

import numpy as np
import pytest

import models
from churn import columns, contract, table
from churn.scoring.coded import Coded
from churn.scoring.engine import Engine
from churn.scoring.record import check
from churn.scoring.scorer import Scorer
from churn.steps.train.compare import compare
from churn.stores.tracking.pyfunc import Champion

GRIDS = {"scorecard": {"C": [0.3]}} | models.TREES
UNSEEN = {"Contract": "Two year", "InternetService": "Fiber optic", "MultipleLines": "No phone service"}
TOLERANCE = 1e-6


@pytest.fixture(scope="module", params=list(GRIDS))
def trained(request, telco_raw):
    """Train on the real table less all rows that hold one of three allowed values; give the pipeline and the file."""
    rows = table.typed(telco_raw).assign(weight=1.0)
    learnt = rows[np.logical_and.reduce([rows[name] != value for name, value in UNSEEN.items()])]
    knobs = models.Train(
        seed=7, folds=2, repeats=1, jobs=1, parity=TOLERANCE, candidates={request.param: GRIDS[request.param]}
    )
    (candidate,) = compare(learnt, knobs)
    origin = {"digests": {}, "versions": {}}
    return candidate.fitted, models.train([candidate], learnt, knobs, models.CAMPAIGN, {}, origin).model


@pytest.fixture(scope="module")
def rows(telco_raw):
    return table.typed(telco_raw)


@pytest.fixture(scope="module")
def expected(trained, rows):
    fitted, _ = trained
    return fitted.predict_proba(rows[columns.names()])[:, 1]


@pytest.fixture(scope="module")
def engine(trained):
    return Engine(trained[1], 1)


@pytest.fixture(scope="module")
def customers(telco_raw):
    """Read each row as an application sends it: the cells of the raw table as text."""
    return [check(row) for row in telco_raw.drop(columns=contract.TARGET).to_dict("records")]


def test_the_rows_hold_values_that_training_never_saw(rows):
    unseen = np.logical_or.reduce([rows[name] == value for name, value in UNSEEN.items()])
    assert 4000 < unseen.sum() < 7043


def test_the_file_by_onnx(trained, rows, expected):
    assert np.abs(Scorer(trained[1]).probabilities(rows) - expected).max() <= TOLERANCE


def test_one_after_another(engine, customers, expected):
    found = np.array([engine.answer(customer)["churn_probability"] for customer in customers])
    assert np.abs(found - expected).max() <= TOLERANCE


def test_a_batch(engine, customers, expected):
    found = np.array([answer["churn_probability"] for answer in engine.answers(customers)])
    assert np.abs(found - expected).max() <= TOLERANCE


def test_a_table_plain_and_dictionary_encoded(engine, rows, expected):
    plain = {name: rows[name].to_numpy() for name in columns.names()}
    coded = plain | {name: _coded(rows[name]) for name in columns.names("category")}
    for form in (plain, coded):
        assert np.abs(engine.table(form)["churn_probability"] - expected).max() <= TOLERANCE


def _coded(cells):
    kinds = cells.astype("category").cat
    return Coded(kinds.codes.to_numpy(), list(kinds.categories))


def test_stock_mlflows_flavour(trained, telco_raw, expected, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(trained[1])
    flavour = Champion()
    flavour.load_context(SimpleNamespace(artifacts={"model": str(path)}))
    found = flavour.predict(telco_raw)["churn_probability"].to_numpy()
    assert np.abs(found - expected).max() <= TOLERANCE


def test_every_way_flags_the_same_customers(engine, trained, rows, customers):
    """Doors round at the same threshold; a customer on its very edge would have to lie within the tolerance of it."""
    flagged = np.array([answer["churn"] for answer in engine.answers(customers)])
    by_onnx = Scorer(trained[1]).probabilities(rows) > engine.threshold
    assert (flagged == engine.table({name: rows[name].to_numpy() for name in columns.names()})["churn"]).all()
    assert (flagged == by_onnx).all()


def test_the_file_may_serve(engine):
    engine.preflight()
