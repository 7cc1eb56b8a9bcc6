"""One customer, one probability: every door, the pipeline, a file and stock MLflow, with values that no model saw."""

import csv
import os
import subprocess
import sys

import httpx
import numpy as np
import pandas as pd
import pytest
import tritonclient.http as triton
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

import models
import serving
from churn import columns, contract, table
from churn.scoring.scorer import Scorer
from churn.services.api import tensors
from churn.services.client.client import ChurnClient
from churn.steps.prepare.split import is_test
from customers import invent

PARITY = 1e-6
UNSEEN = {"PaymentMethod": "Mailed check", "Contract": "Two year", "StreamingTV": "No internet service"}
"""Allowed by the contract, and in no row that the models of these tests learnt from."""
CANDIDATES = {"scorecard": {"scorecard": {"C": [0.3]}}, "boosting": {"boosting": models.TREES["boosting"]}}


@pytest.fixture(scope="module", params=list(CANDIDATES))
def trained(request):
    pool = models.population()
    seen = ~is_test(pool, 20, 0.2)
    for name, value in UNSEEN.items():
        seen &= pool[name] != value
    learnt = pool[seen].head(1200)
    assert not any((learnt[name] == value).any() for name, value in UNSEEN.items())
    return models._trained(learnt, CANDIDATES[request.param], models.SPLIT)


@pytest.fixture(scope="module")
def place(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parity")
    serving.bundled(folder / "bundle", trained)
    return folder


@pytest.fixture(scope="module")
def url(place):
    with serving.running(place) as found:
        yield found


@pytest.fixture(scope="module")
def client(url):
    with ChurnClient(url) as found:
        yield found


@pytest.fixture(scope="module")
def raw():
    rows = invent(240, seed=11).drop(columns=contract.TARGET).reset_index(drop=True)
    assert (rows["TotalCharges"] == " ").any()
    for name, value in UNSEEN.items():
        assert (rows[name] == value).sum() > 20
    return rows


@pytest.fixture(scope="module")
def asked(raw):
    return table.typed(raw.assign(**{contract.TARGET: "No"})).drop(columns=contract.TARGET).to_dict("records")


@pytest.fixture(scope="module")
def pipeline(trained, asked):
    """Give what the pipeline's table says: the exported model over the prepared rows."""
    return Scorer(trained.model).probabilities(pd.DataFrame(asked))


def agrees(found, pipeline):
    np.testing.assert_allclose(np.asarray(found, float).ravel(), pipeline, rtol=0, atol=PARITY)
    assert len(set(np.round(pipeline, 3))) > 50


def test_one_customer(client, asked, pipeline):
    agrees([client.predict(one, purpose="test").churn_probability for one in asked], pipeline)


def test_one_customer_as_raw_text(client, raw, pipeline):
    rows = raw.head(60).to_dict("records")
    agrees([client.predict(one, purpose="test").churn_probability for one in rows], pipeline[:60])


def test_a_batch(client, asked, pipeline):
    agrees([one.churn_probability for one in client.predict_batch(asked, purpose="test").predictions], pipeline)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_sent_to_the_service(client, raw, pipeline, tmp_path, form):
    path, out = tmp_path / f"in.{form}", tmp_path / f"out.{form}"
    raw.to_csv(path, index=False) if form == "csv" else raw.to_parquet(path)
    assert client.predict_file(path, out, purpose="test").rejected == 0
    agrees((pd.read_csv(out) if form == "csv" else pd.read_parquet(out))["churn_probability"], pipeline)


def test_a_file_scored_from_the_command_line(place, raw, pipeline, tmp_path):
    raw.to_csv(tmp_path / "in.csv", index=False)
    words = ["-m", "churn.cli", "score", "in.csv", "out.csv", "--purpose", "test"]
    subprocess.run([sys.executable, *words], cwd=tmp_path, env=serving.environment(place), check=True)
    with (tmp_path / "out.csv").open() as found:
        agrees([row["churn_probability"] for row in csv.DictReader(found)], pipeline)


def test_mlflows_protocol(url, raw, pipeline):
    address = httpx.URL(url)
    found = ScoringServerClient(address.host, address.port).invoke(raw, params={"purpose": "test"})
    agrees(found.get_predictions()["churn_probability"], pipeline)


def test_the_open_inference_protocol(url, asked, pipeline):
    frame, inputs = pd.DataFrame(asked), []
    with triton.InferenceServerClient(url.removeprefix("http://")) as client:
        for one in client.get_model_metadata("telco-churn")["inputs"]:
            cells = frame[one["name"]].to_numpy().astype(tensors.TYPES.get(one["datatype"], object)).reshape(-1, 1)
            inputs.append(triton.InferInput(one["name"], list(cells.shape), one["datatype"]))
            inputs[-1].set_data_from_numpy(cells)
        found = client.infer("telco-churn", inputs, parameters={"purpose": "test"})
    assert len(inputs) == len(columns.columns())
    agrees(found.as_numpy("churn_probability"), pipeline)


def test_stock_mlflow(trained, raw, pipeline, tmp_path_factory, monkeypatch):
    """Load the registered version as anybody who has MLflow does, and nothing of ours."""
    folder = tmp_path_factory.mktemp("registry")
    monkeypatch.chdir(folder)
    known = models.empty_store(folder / "template.db", folder)
    models.on_disk(trained, folder)
    models.enter_from_disk(known, folder)
    raw.to_parquet(folder / "rows.parquet")
    code = (
        "import mlflow, pandas as pd; "
        "found = mlflow.pyfunc.load_model('models:/telco-churn/1').predict(pd.read_parquet('rows.parquet')); "
        "found.to_csv('found.csv', index=False)"
    )
    env = os.environ | {"MLFLOW_TRACKING_URI": known.store, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    subprocess.run([sys.executable, "-c", code], check=True, env=env, capture_output=True)
    agrees(pd.read_csv(folder / "found.csv")["churn_probability"], pipeline)


def test_every_door_decides_alike(client, asked, url, raw, trained):
    """The flag is the threshold's in each door, not only the probability."""
    single = [client.predict(one, purpose="test").churn for one in asked[:80]]
    batch = [one.churn for one in client.predict_batch(asked[:80], purpose="test").predictions]
    address = httpx.URL(url)
    mlflows = ScoringServerClient(address.host, address.port).invoke(raw.head(80)).get_predictions()["churn"].tolist()
    assert single == batch == mlflows
    assert 0 < sum(single) < 80
